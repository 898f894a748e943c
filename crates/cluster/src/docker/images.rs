//! Images: list, pull, tag, push, remove.

use std::rc::Rc;
use std::time::Duration;

use super::{Call, Local, familiar, short_id};
use crate::images::{Image, Reference};
use crate::kubelet::tools::listing::{ago, human_size, table};
use crate::kubelet::tools::options::Options;

pub(super) async fn version(call: Call) -> u8 {
    call.process.print("Docker version 28.3.3, build 980b856\n").await;
    0
}

pub(super) async fn list(call: Call) -> u8 {
    let options = match Options::parse(&call.args, &["q", "quiet", "a", "all"], &[], false) {
        Ok(options) => options,
        Err(flag) => return call.unsupported(&flag).await,
    };
    let now = call.process.host.sim.now();
    let mut rows = vec![["REPOSITORY", "TAG", "IMAGE ID", "CREATED", "SIZE"].map(str::to_owned).to_vec()];
    let images: Vec<Local> = call.docker().0.borrow().images.clone();
    let mut ids = String::new();
    for local in images {
        let name = familiar(&local.reference);
        if options.words.first().is_some_and(|wanted| {
            let (wanted, tag) = wanted.split_once(':').unwrap_or((wanted, local.reference.tag()));
            wanted != name || tag != local.reference.tag()
        }) {
            continue;
        }
        let id = short_id(&local.image.id);
        ids.push_str(&format!("{id}\n"));
        let tag = local.reference.tag().to_owned();
        rows.push(vec![name, tag, id, ago(local.created, now), human_size(local.image.size)]);
    }
    call.process.print(&if options.has(&["q", "quiet"]) { ids } else { table(&rows, 10) }).await;
    0
}

/// The image of that name: the local one, or the registry's, which is told and takes its time.
pub(super) async fn obtain(call: &Call, wanted: &str, always: bool) -> Result<Rc<Image>, String> {
    let docker = call.docker();
    if let Some(local) = docker.image(wanted).filter(|_| !always) {
        return Ok(local.image);
    }
    let reference = Reference::parse(wanted).map_err(|error| error.to_string())?;
    let name = familiar(&reference);
    let process = &call.process;
    if !always {
        process.eprint(&format!("Unable to find image '{name}:{}' locally\n", reference.tag())).await;
    }
    let store = call.cluster.kubelet().images().clone();
    let image = store.pull(&reference).map_err(|_| {
        format!(
            "pull access denied for {name}, repository does not exist or may require 'docker login': denied: requested \
             access to the resource is denied"
        )
    })?;
    let newer = docker.image(wanted).is_none_or(|local| local.image.digest != image.digest);
    let text = format!("{}: Pulling from {}\n", reference.tag(), reference.path);
    let told = |text: String| async move {
        if always { process.print(&text).await } else { process.eprint(&text).await }
    };
    told(text).await;
    let sim = &process.host.sim;
    sim.sleep(store.pull_time(sim, &reference, "workstation", image.size)).await;
    let (layer, status) = if newer {
        (format!("{}: Pull complete\n", short_id(&image.digest)), "Downloaded newer image")
    } else {
        (String::new(), "Image is up to date")
    };
    told(format!("{layer}Digest: {}\nStatus: {status} for {name}:{}\n", image.digest, reference.tag())).await;
    docker.keep(reference, image.clone(), sim.now());
    Ok(image)
}

pub(super) async fn pull_command(call: Call) -> u8 {
    let [wanted] = call.args.as_slice() else { return call.missing("1 argument").await };
    if wanted.starts_with('-') {
        return call.unsupported(wanted).await;
    }
    match obtain(&call, wanted, true).await {
        Ok(image) => {
            call.process
                .print(&format!("{}:{}\n", image.reference.repository(), image.reference.tag()))
                .await;
            0
        }
        Err(message) => call.daemon(&message).await,
    }
}

/// The same image under another name.
fn renamed(image: &Image, reference: &Reference) -> Rc<Image> {
    Rc::new(Image {
        reference: reference.clone(),
        digest: image.digest.clone(),
        id: image.id.clone(),
        size: image.size,
        config: image.config.clone(),
        tree: image.tree.fork(),
        stand_in: image.stand_in,
    })
}

pub(super) async fn tag(call: Call) -> u8 {
    let [from, to] = call.args.as_slice() else { return call.missing("2 arguments").await };
    let docker = call.docker();
    let Some(local) = docker.image(from) else {
        return call.daemon(&format!("No such image: {from}")).await;
    };
    match Reference::parse(to) {
        Ok(reference) => {
            docker.keep(reference.clone(), renamed(&local.image, &reference), local.created);
            0
        }
        Err(error) => {
            call.fail(&format!("Error parsing reference: {to:?} is not a valid repository/tag: {error}"))
                .await
        }
    }
}

pub(super) async fn push(call: Call) -> u8 {
    let [wanted] = call.args.as_slice() else { return call.missing("1 argument").await };
    let Some(local) = call.docker().image(wanted) else {
        return call
            .fail(&format!(
                "An image does not exist locally with the tag: {}",
                wanted.split(':').next().unwrap_or_default()
            ))
            .await;
    };
    let reference = &local.reference;
    let process = &call.process;
    if !podground_vfs::base_name(wanted).contains(':') {
        process.print(&format!("Using default tag: {}\n", reference.tag())).await;
    }
    process.print(&format!("The push refers to repository [{}]\n", reference.repository())).await;
    process.host.sim.sleep(Duration::from_millis(900)).await;
    // Repositories without an owner are the hub's own.
    if reference.host == "docker.io" && reference.path.starts_with("library/") {
        return call.fail("denied: requested access to the resource is denied").await;
    }
    call.cluster.kubelet().images().publish(renamed(&local.image, reference));
    process
        .print(&format!(
            "{}: Pushed\n{}: digest: {} size: 2213\n",
            short_id(&local.image.id),
            reference.tag(),
            local.image.digest
        ))
        .await;
    0
}

pub(super) async fn rmi(call: Call) -> u8 {
    let options = match Options::parse(&call.args, &["f", "force"], &[], false) {
        Ok(options) => options,
        Err(flag) => return call.unsupported(&flag).await,
    };
    let docker = call.docker();
    let mut status = 0;
    for wanted in &options.words {
        let Some(local) = docker.image(wanted) else {
            status = call.daemon(&format!("No such image: {wanted}")).await;
            continue;
        };
        let last =
            docker.0.borrow().images.iter().filter(|other| other.image.id == local.image.id).count() == 1;
        let user = docker
            .0
            .borrow()
            .containers
            .iter()
            .find(|known| known.container().spec.image.id == local.image.id)
            .cloned();
        if let Some(user) = user.filter(|_| last && !options.has(&["f", "force"])) {
            let (id, name) = (short_id(&user.container().spec.id), short_id(&local.image.id));
            let verb = if user.container().is_running() { "running" } else { "stopped" };
            status = call
                .daemon(&format!(
                    "conflict: unable to remove repository reference \"{wanted}\" (must force) - container {id} is using its \
                     referenced image {name} ({verb})"
                ))
                .await;
            continue;
        }
        docker.0.borrow_mut().images.retain(|other| other.reference != local.reference);
        let (name, tag) = (familiar(&local.reference), local.reference.tag());
        call.process.print(&format!("Untagged: {name}:{tag}\n")).await;
        if last {
            call.process.print(&format!("Deleted: {}\n", local.image.id)).await;
        }
    }
    status
}
