//! `cargo xtask serve`: the page on this machine.

use super::{Command, build, setup};
use crate::{http::Server, paths};

pub(super) const COMMAND: Command = Command {
    name: "serve",
    usage: "[--port N] [--base PATH] [--no-build]",
    about: "Build the page and serve it on http://127.0.0.1:8080.",
    help: "\
Installs what is missing first (see setup).

  --port N      another port (0: any free one)
  --base PATH   serve under a path, as /x/, to see that the page works there
  --no-build    serve dist/ as it is
",
    run: |mut args| {
        let port = args.value("--port")?.map_or(Ok(8080), |port| port.parse());
        let port = port.map_err(|_| "--port needs a number up to 65535")?;
        let base = args.value("--base")?.unwrap_or_else(|| "/".into());
        let as_it_is = args.flag("--no-build");
        args.finish()?;
        // Before the build: a port that is taken should not cost minutes.
        let server = Server::bind(paths::dist(), port, &base)?;
        if !as_it_is {
            setup::for_build()?;
            build::page("./")?;
        } else if !paths::dist().join("index.html").is_file() {
            return Err("there is no dist/ yet: leave out --no-build".into());
        }
        println!("Podground is at {}  (Ctrl-C ends it)", server.url()?);
        server.run();
        Ok(())
    },
};
