//! The simulated cluster: API server, controllers, scheduler, kubelets, containers, network.
