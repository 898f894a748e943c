//! Admissionregistration.

use crate::resource::Resource;

/// `mutatingadmissionpolicies` of `admissionregistration.k8s.io`.
pub static MUTATING_ADMISSION_POLICY: Resource = Resource {
    categories: &["api-extensions"],
    ..Resource::cluster("admissionregistration.k8s.io", "v1", "MutatingAdmissionPolicy").named(
        "mutatingadmissionpolicies",
        "mutatingadmissionpolicy",
        "mutatingadmissionpolicies.admissionregistration.k8s.io",
    )
};

/// `mutatingadmissionpolicybindings` of `admissionregistration.k8s.io`.
pub static MUTATING_ADMISSION_POLICY_BINDING: Resource = Resource {
    categories: &["api-extensions"],
    ..Resource::cluster("admissionregistration.k8s.io", "v1", "MutatingAdmissionPolicyBinding").named(
        "mutatingadmissionpolicybindings",
        "mutatingadmissionpolicybinding",
        "mutatingadmissionpolicybindings.admissionregistration.k8s.io",
    )
};

/// `mutatingwebhookconfigurations` of `admissionregistration.k8s.io`.
pub static MUTATING_WEBHOOK_CONFIGURATION: Resource = Resource {
    categories: &["api-extensions"],
    ..Resource::cluster("admissionregistration.k8s.io", "v1", "MutatingWebhookConfiguration").named(
        "mutatingwebhookconfigurations",
        "mutatingwebhookconfiguration",
        "mutatingwebhookconfigurations.admissionregistration.k8s.io",
    )
};

/// `validatingadmissionpolicies` of `admissionregistration.k8s.io`.
pub static VALIDATING_ADMISSION_POLICY: Resource = Resource {
    categories: &["api-extensions"],
    subresources: &["status"],
    ..Resource::cluster("admissionregistration.k8s.io", "v1", "ValidatingAdmissionPolicy").named(
        "validatingadmissionpolicies",
        "validatingadmissionpolicy",
        "validatingadmissionpolicies.admissionregistration.k8s.io",
    )
};

/// `validatingadmissionpolicybindings` of `admissionregistration.k8s.io`.
pub static VALIDATING_ADMISSION_POLICY_BINDING: Resource = Resource {
    categories: &["api-extensions"],
    ..Resource::cluster("admissionregistration.k8s.io", "v1", "ValidatingAdmissionPolicyBinding").named(
        "validatingadmissionpolicybindings",
        "validatingadmissionpolicybinding",
        "validatingadmissionpolicybindings.admissionregistration.k8s.io",
    )
};

/// `validatingwebhookconfigurations` of `admissionregistration.k8s.io`.
pub static VALIDATING_WEBHOOK_CONFIGURATION: Resource = Resource {
    categories: &["api-extensions"],
    ..Resource::cluster("admissionregistration.k8s.io", "v1", "ValidatingWebhookConfiguration").named(
        "validatingwebhookconfigurations",
        "validatingwebhookconfiguration",
        "validatingwebhookconfigurations.admissionregistration.k8s.io",
    )
};
