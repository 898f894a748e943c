//! `docker inspect`

use podground_api::{Value, json};

use super::{Call, Known, Local, familiar};

pub(super) async fn inspect(call: Call) -> u8 {
    if let Some(flag) = call.args.iter().find(|word| word.starts_with('-')) {
        return call.unsupported(flag).await;
    }
    if call.args.is_empty() {
        return call.missing("at least 1 argument").await;
    }
    let docker = call.docker();
    let (mut found, mut status) = (Vec::new(), 0);
    for wanted in &call.args {
        match (docker.find(wanted), docker.image(wanted)) {
            (Some(known), _) => found.push(container(&known)),
            (None, Some(local)) => found.push(image(&local)),
            (None, None) => {
                status = call.fail(&format!("Error: No such object: {wanted}")).await;
            }
        }
    }
    let text = podground_api::json::print(&Value::Array(found));
    call.process.print(&format!("{}\n", text.trim_end())).await;
    status
}

fn container(known: &Known) -> Value {
    let (container, spec) = (&known.container(), &known.container().spec);
    let exit = container.exit();
    let env: Vec<String> = spec.env.iter().map(|(name, value)| format!("{name}={value}")).collect();
    let state = match (container.is_running(), &exit) {
        (true, _) => "running",
        (false, Some(_)) => "exited",
        (false, None) => "created",
    };
    let [a, b, ..] = known.address.octets();
    let gateway = format!("{a}.{b}.0.1");
    let mounts: Vec<Value> = spec
        .host
        .files
        .mounts()
        .iter()
        .filter(|mount| mount.path != "/")
        .map(|mount| json!({"Source": mount.source, "Destination": mount.path, "RW": !mount.read_only}))
        .collect();
    let mut ports = json!({});
    for (host, own) in &known.ports {
        ports[format!("{own}/tcp")] = json!([{"HostIp": "0.0.0.0", "HostPort": host.to_string()}]);
    }
    json!({
        "Id": spec.id,
        "Created": container.created.rfc3339(),
        "Path": spec.args.first(),
        "Args": spec.args.get(1..).unwrap_or_default(),
        "State": {
            "Status": state, "Running": container.is_running(), "Pid": i64::from(container.is_running()),
            "ExitCode": exit.as_ref().map_or(0, |exit| exit.code),
            "StartedAt": container.started().unwrap_or_default().rfc3339(),
            "FinishedAt": exit.map_or_else(|| "0001-01-01T00:00:00Z".to_owned(), |exit| exit.finished.rfc3339()),
        },
        "Image": spec.image.id,
        "Name": format!("/{}", known.name),
        "Config": {
            "Hostname": *spec.host.hostname.borrow(), "Tty": spec.tty, "OpenStdin": spec.stdin, "Env": env,
            "Cmd": spec.image.config.command, "Entrypoint": spec.image.config.entrypoint, "Image": known.image,
            "WorkingDir": spec.working_directory, "Labels": spec.image.config.labels,
        },
        "Mounts": mounts,
        "NetworkSettings": {"IPAddress": known.address.to_string(), "Gateway": gateway, "Ports": ports},
    })
}

fn image(local: &Local) -> Value {
    let Local { reference, image, created } = local;
    let config = &image.config;
    let env: Vec<String> = config.env.iter().map(|(name, value)| format!("{name}={value}")).collect();
    let mut exposed = json!({});
    for port in &config.exposed {
        exposed[format!("{port}/tcp")] = json!({});
    }
    json!({
        "Id": image.id,
        "RepoTags": [format!("{}:{}", familiar(reference), reference.tag())],
        "RepoDigests": [format!("{}@{}", familiar(reference), image.digest)],
        "Created": created.rfc3339(),
        "Author": config.author,
        "Architecture": "amd64",
        "Os": "linux",
        "Size": image.size,
        "Config": {
            "User": config.user, "ExposedPorts": exposed, "Env": env, "Cmd": config.command,
            "Entrypoint": config.entrypoint, "WorkingDir": config.working_directory,
            "Labels": config.labels,
        },
    })
}
