//! The image's entry point: says what its scripts do, then runs the command.

use podground_shell::Process;

use super::nginx;

/// The program.
pub(in super::super) async fn entrypoint(mut process: Process) -> u8 {
    process.args.remove(0);
    if process.args.first().map(String::as_str) != Some("nginx") {
        let args = process.args.clone();
        return process.run(args).await;
    }
    let script = "/docker-entrypoint.sh:";
    let listen = "10-listen-on-ipv6-by-default.sh: info:";
    let launch = "Launching /docker-entrypoint.d";
    let changed = process.host.files.read_to_string("/etc/nginx/conf.d/default.conf");
    let ipv6 = match changed {
        Ok(text) if text == crate::images::DEFAULT_NGINX_CONF => {
            format!(
                "{listen} Getting the checksum of /etc/nginx/conf.d/default.conf\n{listen} Enabled listen on IPv6 in /etc/nginx/conf.d/default.conf\n"
            )
        }
        Ok(_) => format!(
            "{listen} Getting the checksum of /etc/nginx/conf.d/default.conf\n{listen} /etc/nginx/conf.d/default.conf differs from the packaged version\n"
        ),
        Err(_) => format!("{listen} /etc/nginx/conf.d/default.conf is not a file or does not exist\n"),
    };
    process
        .print(&format!(
            "{script} /docker-entrypoint.d/ is not empty, will attempt to perform configuration\n\
             {script} Looking for shell scripts in /docker-entrypoint.d/\n\
             {script} {launch}/10-listen-on-ipv6-by-default.sh\n{ipv6}\
             {script} Sourcing /docker-entrypoint.d/15-local-resolvers.envsh\n\
             {script} {launch}/20-envsubst-on-templates.sh\n\
             {script} {launch}/30-tune-worker-processes.sh\n\
             {script} Configuration complete; ready for start up\n"
        ))
        .await;
    nginx(process).await
}
