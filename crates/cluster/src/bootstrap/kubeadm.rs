//! What kubeadm adds: the control plane's own pods, kube-proxy, CoreDNS.
//!
//! Upstream: `cmd/kubeadm/app/phases`

use podground_api::{Value, json, object};

use super::{Creator, VERSION, nodes};
use crate::Cluster;

pub(super) fn create(cluster: &Cluster, creator: &Creator, count: usize) {
    for name in ["coredns", "kube-proxy"] {
        let account = json!({
            "apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": name, "namespace": "kube-system"},
        });
        creator.create("serviceaccounts", account);
    }
    for (namespace, name, data) in config_maps() {
        let map = json!({
            "apiVersion": "v1", "kind": "ConfigMap",
            "metadata": {"name": name, "namespace": namespace}, "data": data,
        });
        creator.create("configmaps", map);
    }
    if count > 0 {
        for (component, image, cpu) in static_pods() {
            static_pod(cluster, creator, component, &image, cpu);
        }
    }
    creator.create("storageclasses.storage.k8s.io", storage_class());
    creator.create("services", dns_service());
    creator.create("daemonsets.apps", kube_proxy());
    creator.create("deployments.apps", coredns());
}

fn config_maps() -> [(&'static str, &'static str, Value); 5] {
    let cluster = format!(
        "apiServer: {{}}\napiVersion: kubeadm.k8s.io/v1beta4\ncaCertificateValidityPeriod: 87600h0m0s\n\
         certificateValidityPeriod: 8760h0m0s\ncertificatesDir: /etc/kubernetes/pki\nclusterName: playground\n\
         controlPlaneEndpoint: 172.18.0.2:6443\ncontrollerManager: {{}}\ndns: {{}}\nencryptionAlgorithm: RSA-2048\n\
         etcd:\n  local:\n    dataDir: /var/lib/etcd\nimageRepository: registry.k8s.io\nkind: ClusterConfiguration\n\
         kubernetesVersion: {VERSION}\nnetworking:\n  dnsDomain: cluster.local\n  podSubnet: 10.244.0.0/16\n  \
         serviceSubnet: 10.96.0.0/12\nproxy: {{}}\nscheduler: {{}}\n"
    );
    let corefile = ".:53 {\n    errors\n    health {\n       lameduck 5s\n    }\n    ready\n    \
        kubernetes cluster.local in-addr.arpa ip6.arpa {\n       pods insecure\n       \
        fallthrough in-addr.arpa ip6.arpa\n       ttl 30\n    }\n    prometheus :9153\n    \
        forward . /etc/resolv.conf {\n       max_concurrent 1000\n    }\n    cache 30 {\n       \
        disable success cluster.local\n       disable denial cluster.local\n    }\n    loop\n    reload\n    loadbalance\n}\n";
    let kubelet = "apiVersion: kubelet.config.k8s.io/v1beta1\ncgroupDriver: systemd\nclusterDNS:\n- 10.96.0.10\n\
        clusterDomain: cluster.local\nkind: KubeletConfiguration\nrotateCertificates: true\n\
        staticPodPath: /etc/kubernetes/manifests\n";
    let proxy = "apiVersion: kubeproxy.config.k8s.io/v1alpha1\nclusterCIDR: 10.244.0.0/16\n\
        kind: KubeProxyConfiguration\nmode: iptables\n";
    let info = "apiVersion: v1\nclusters:\n- cluster:\n    server: https://172.18.0.2:6443\n  name: \"\"\n\
        contexts: null\ncurrent-context: \"\"\nkind: Config\npreferences: {}\nusers: null\n";
    [
        ("kube-public", "cluster-info", json!({"kubeconfig": info})),
        ("kube-system", "kubeadm-config", json!({"ClusterConfiguration": cluster})),
        ("kube-system", "kubelet-config", json!({"kubelet": kubelet})),
        ("kube-system", "kube-proxy", json!({"config.conf": proxy})),
        ("kube-system", "coredns", json!({"Corefile": corefile})),
    ]
}

fn static_pods() -> [(&'static str, String, &'static str); 4] {
    let image = |name: &str| format!("registry.k8s.io/{name}:{VERSION}");
    [
        ("etcd", "registry.k8s.io/etcd:3.6.8-0".to_owned(), "100m"),
        ("kube-apiserver", image("kube-apiserver"), "250m"),
        ("kube-controller-manager", image("kube-controller-manager"), "200m"),
        ("kube-scheduler", image("kube-scheduler"), "100m"),
    ]
}

/// The mirror of a pod that the kubelet of the control plane runs from a file.
fn static_pod(cluster: &Cluster, creator: &Creator, component: &str, image: &str, cpu: &str) {
    let node = creator.0.get("nodes", "", nodes::CONTROL_PLANE);
    let uid = node.as_ref().map(|node| object::uid(node)).unwrap_or_default();
    let hash = cluster.sim().rng("static-pod", &[component]).hex(16);
    let now = cluster.sim().now();
    let directory = if component == "etcd" { "/var/lib/etcd" } else { "/etc/kubernetes/pki" };
    let pod = json!({
        "apiVersion": "v1", "kind": "Pod",
        "metadata": {
            "name": format!("{component}-{}", nodes::CONTROL_PLANE), "namespace": "kube-system",
            "labels": {"component": component, "tier": "control-plane"},
            "annotations": {
                "kubernetes.io/config.hash": hash, "kubernetes.io/config.mirror": hash,
                "kubernetes.io/config.seen": format!("{}", now.rfc3339_micro()),
                "kubernetes.io/config.source": "file",
            },
            "ownerReferences": [{
                "apiVersion": "v1", "kind": "Node", "name": nodes::CONTROL_PLANE, "uid": uid,
                "controller": true,
            }],
        },
        "spec": {
            "containers": [{
                "name": component, "image": image, "imagePullPolicy": "IfNotPresent",
                "command": [component], "resources": {"requests": {"cpu": cpu}},
                "volumeMounts": [{"name": "data", "mountPath": directory}],
            }],
            "volumes": [{"name": "data", "hostPath": {"path": directory, "type": "DirectoryOrCreate"}}],
            "nodeName": nodes::CONTROL_PLANE, "hostNetwork": true, "priorityClassName": "system-node-critical",
            "securityContext": {"seccompProfile": {"type": "RuntimeDefault"}},
            "tolerations": [{"operator": "Exists", "effect": "NoExecute"}],
        },
    });
    creator.create("pods", pod);
}

/// Not kubeadm's, but what most learners' clusters come with: volumes are made in a directory of the node.
fn storage_class() -> Value {
    json!({
        "apiVersion": "storage.k8s.io/v1", "kind": "StorageClass",
        "metadata": {
            "name": "standard", "annotations": {"storageclass.kubernetes.io/is-default-class": "true"},
        },
        "provisioner": "rancher.io/local-path", "reclaimPolicy": "Delete",
        "volumeBindingMode": "WaitForFirstConsumer",
    })
}

fn dns_service() -> Value {
    let port = |name: &str, port: i64, protocol: &str| json!({"name": name, "port": port, "protocol": protocol, "targetPort": port});
    json!({
        "apiVersion": "v1", "kind": "Service",
        "metadata": {
            "name": "kube-dns", "namespace": "kube-system",
            "annotations": {"prometheus.io/port": "9153", "prometheus.io/scrape": "true"},
            "labels": {
                "k8s-app": "kube-dns", "kubernetes.io/cluster-service": "true", "kubernetes.io/name": "CoreDNS",
            },
        },
        "spec": {
            "clusterIP": "10.96.0.10", "selector": {"k8s-app": "kube-dns"},
            "ports": [port("dns", 53, "UDP"), port("dns-tcp", 53, "TCP"), port("metrics", 9153, "TCP")],
        },
    })
}

fn kube_proxy() -> Value {
    json!({
        "apiVersion": "apps/v1", "kind": "DaemonSet",
        "metadata": {
            "name": "kube-proxy", "namespace": "kube-system", "labels": {"k8s-app": "kube-proxy"},
        },
        "spec": {
            "selector": {"matchLabels": {"k8s-app": "kube-proxy"}},
            "template": {
                "metadata": {"labels": {"k8s-app": "kube-proxy"}},
                "spec": {
                    "containers": [{
                        "name": "kube-proxy", "image": format!("registry.k8s.io/kube-proxy:{VERSION}"),
                        "command": [
                            "/usr/local/bin/kube-proxy", "--config=/var/lib/kube-proxy/config.conf",
                            "--hostname-override=$(NODE_NAME)",
                        ],
                        "env": [{
                            "name": "NODE_NAME", "valueFrom": {"fieldRef": {"fieldPath": "spec.nodeName"}},
                        }],
                        "securityContext": {"privileged": true},
                        "volumeMounts": [{"name": "kube-proxy", "mountPath": "/var/lib/kube-proxy"}],
                    }],
                    "volumes": [{"name": "kube-proxy", "configMap": {"name": "kube-proxy"}}],
                    "hostNetwork": true, "priorityClassName": "system-node-critical",
                    "serviceAccountName": "kube-proxy", "tolerations": [{"operator": "Exists"}],
                    "nodeSelector": {"kubernetes.io/os": "linux"},
                },
            },
        },
    })
}

fn coredns() -> Value {
    let port = |name: &str, port: i64, protocol: &str| json!({"name": name, "containerPort": port, "protocol": protocol});
    json!({
        "apiVersion": "apps/v1", "kind": "Deployment",
        "metadata": {"name": "coredns", "namespace": "kube-system", "labels": {"k8s-app": "kube-dns"}},
        "spec": {
            "replicas": 2,
            "strategy": {"type": "RollingUpdate", "rollingUpdate": {"maxUnavailable": 1}},
            "selector": {"matchLabels": {"k8s-app": "kube-dns"}},
            "template": {
                "metadata": {"labels": {"k8s-app": "kube-dns"}},
                "spec": {
                    "containers": [{
                        "name": "coredns", "image": "registry.k8s.io/coredns/coredns:v1.13.1",
                        "args": ["-conf", "/etc/coredns/Corefile"],
                        "ports": [
                            port("dns", 53, "UDP"), port("dns-tcp", 53, "TCP"), port("metrics", 9153, "TCP"),
                        ],
                        "resources": {
                            "limits": {"memory": "170Mi"}, "requests": {"cpu": "100m", "memory": "70Mi"},
                        },
                        "volumeMounts": [
                            {"name": "config-volume", "mountPath": "/etc/coredns", "readOnly": true},
                        ],
                    }],
                    "volumes": [{
                        "name": "config-volume",
                        "configMap": {"name": "coredns", "items": [{"key": "Corefile", "path": "Corefile"}]},
                    }],
                    "dnsPolicy": "Default", "priorityClassName": "system-cluster-critical",
                    "serviceAccountName": "coredns", "nodeSelector": {"kubernetes.io/os": "linux"},
                    "tolerations": [
                        {"key": "CriticalAddonsOnly", "operator": "Exists"},
                        {"key": "node-role.kubernetes.io/control-plane", "effect": "NoSchedule"},
                    ],
                },
            },
        },
    })
}
