//! The cloud's firewall: who from outside reaches the nodes' outer addresses.

/// A rule for traffic that comes in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Rule {
    pub(crate) name: String,
    /// Lower numbers are asked first.
    pub(crate) priority: u16,
    /// What it is about: protocols with their ports; all ports without any.
    pub(crate) matches: Vec<Traffic>,
    /// Whether what it is about may pass.
    pub(crate) allow: bool,
    /// Where from: ranges of addresses.
    pub(crate) sources: Vec<String>,
    pub(crate) disabled: bool,
}

/// A protocol and its ports.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Traffic {
    /// `tcp`, `udp`, `icmp`, `all`
    pub(crate) protocol: String,
    /// The first and the last port.
    pub(crate) ports: Option<(u16, u16)>,
}

impl Traffic {
    /// Reads `tcp:31000`, `tcp:8000-9000`, `icmp`.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (protocol, ports) = match text.split_once(':') {
            Some((protocol, ports)) => (protocol, Some(ports)),
            None => (text, None),
        };
        let protocol = protocol.to_ascii_lowercase();
        if !["tcp", "udp", "icmp", "sctp", "esp", "ah", "all"].contains(&protocol.as_str()) {
            return None;
        }
        let ports = match ports {
            None => None,
            Some(_) if !["tcp", "udp", "sctp"].contains(&protocol.as_str()) => return None,
            Some(ports) => {
                let (first, last) = ports.split_once('-').unwrap_or((ports, ports));
                let range: (u16, u16) = (first.parse().ok()?, last.parse().ok()?);
                Some(range).filter(|(first, last)| first <= last)
            }
        };
        if text.contains(':') && ports.is_none() {
            return None;
        }
        Some(Self { protocol, ports })
    }

    fn covers(&self, protocol: &str, port: Option<u16>) -> bool {
        let right = self.protocol == "all" || self.protocol == protocol;
        right
            && match (self.ports, port) {
                (None, _) => true,
                (Some((first, last)), Some(port)) => (first..=last).contains(&port),
                (Some(_), None) => false,
            }
    }
}

impl std::fmt::Display for Traffic {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.protocol)?;
        match self.ports {
            Some((first, last)) if first == last => write!(f, ":{first}"),
            Some((first, last)) => write!(f, ":{first}-{last}"),
            None => Ok(()),
        }
    }
}

/// The rules of the network, by name.
#[derive(Clone, Debug)]
pub(crate) struct Firewall {
    rules: Vec<Rule>,
}

impl Default for Firewall {
    /// What a project's default network has from the start.
    fn default() -> Self {
        let rule = |name: &str, traffic: &[&str], source: &str| Rule {
            name: name.to_owned(),
            priority: 65534,
            matches: traffic.iter().filter_map(|text| Traffic::parse(text)).collect(),
            allow: true,
            sources: vec![source.to_owned()],
            disabled: false,
        };
        Self {
            rules: vec![
                rule("default-allow-icmp", &["icmp"], ANYWHERE),
                rule("default-allow-internal", &["tcp:0-65535", "udp:0-65535", "icmp"], "10.128.0.0/9"),
                rule("default-allow-rdp", &["tcp:3389"], ANYWHERE),
                rule("default-allow-ssh", &["tcp:22"], ANYWHERE),
            ],
        }
    }
}

/// All addresses: where the callers from outside are taken to be.
pub(crate) const ANYWHERE: &str = "0.0.0.0/0";

impl Firewall {
    /// Whether traffic from outside passes: the first rule that is about it decides; without any it does not.
    pub(crate) fn admits(&self, protocol: &str, port: Option<u16>) -> bool {
        let about = self.rules.iter().filter(|rule| {
            !rule.disabled
                && rule.sources.iter().any(|source| source == ANYWHERE)
                && rule.matches.iter().any(|traffic| traffic.covers(protocol, port))
        });
        // Of two with the same priority, the one that denies wins.
        about.min_by_key(|rule| (rule.priority, rule.allow)).is_some_and(|rule| rule.allow)
    }

    pub(crate) fn rules(&self) -> &[Rule] {
        &self.rules
    }

    pub(crate) fn get(&self, name: &str) -> Option<&Rule> {
        self.rules.iter().find(|rule| rule.name == name)
    }

    /// Adds a rule, in the place of one of the same name.
    pub(crate) fn set(&mut self, rule: Rule) {
        self.remove(&rule.name);
        self.rules.push(rule);
        self.rules.sort_by(|a, b| a.name.cmp(&b.name));
    }

    /// Takes a rule away; says whether there was one.
    pub(crate) fn remove(&mut self, name: &str) -> bool {
        let before = self.rules.len();
        self.rules.retain(|rule| rule.name != name);
        self.rules.len() < before
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_port_is_shut_until_a_rule_opens_it() {
        let mut firewall = Firewall::default();
        assert!(!firewall.admits("tcp", Some(31000)));
        assert!(firewall.admits("tcp", Some(22)) && firewall.admits("icmp", None));
        let mut rule = Rule {
            name: "open".to_owned(),
            priority: 1000,
            matches: vec![Traffic::parse("tcp:31000-31010").unwrap()],
            allow: true,
            sources: vec![ANYWHERE.to_owned()],
            disabled: false,
        };
        firewall.set(rule.clone());
        assert!(firewall.admits("tcp", Some(31000)) && !firewall.admits("udp", Some(31000)));
        rule.name = "shut".to_owned();
        rule.allow = false;
        firewall.set(rule);
        assert!(!firewall.admits("tcp", Some(31000)));
        assert!(firewall.remove("shut") && !firewall.remove("shut"));
        assert!(firewall.admits("tcp", Some(31010)));
    }

    #[test]
    fn traffic_is_a_protocol_with_ports() {
        for text in ["tcp:80", "udp:8000-9000", "icmp", "all"] {
            assert_eq!(Traffic::parse(text).unwrap().to_string(), text);
        }
        for text in ["tcp:", "tcp:x", "icmp:8", "tpc:80", "tcp:9-8"] {
            assert_eq!(Traffic::parse(text), None, "{text}");
        }
    }
}
