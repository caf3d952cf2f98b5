//! Small built-in lists of product names, beside the customer's own: remote-control software, KVM-over-IP devices, tools
//! that feign activity, virtual cameras and microphones, networks of consumer VPNs and hosting. Each is a text file, one
//! entry a line, `name | spellings`, with its version in the first line; version and digest stand in the manifest.
//!
//! A spelling fits when its words stand together in the folded text: `anydesk` fits `AnyDesk 8.0.10 (x64)`, and `wise` does
//! not fit `otherwise`.

use sha2::{Digest, Sha256};
use std::sync::LazyLock;

/// One built-in list.
#[derive(Debug)]
pub struct List {
    /// As the manifest names it: `remote_control_software`.
    pub name: &'static str,
    /// Date of the last change.
    pub version: &'static str,
    /// Lower-case hex SHA-256 of the file.
    pub sha256: String,
    /// What is shown, and its spellings in words between spaces.
    entries: Vec<(&'static str, Vec<String>)>,
}

impl List {
    /// Reads a list's text; lines without spellings are entries that are their own.
    pub fn new(name: &'static str, text: &'static str) -> List {
        let mut version = "";
        let mut entries = Vec::new();
        for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
            if let Some(comment) = line.strip_prefix('#') {
                if let Some(date) = comment.trim().strip_prefix("version ") {
                    version = date;
                }
                continue;
            }
            let mut parts = line.split('|').map(str::trim);
            let Some(shown) = parts.next() else { continue };
            entries.push((shown, parts.flat_map(|part| part.split(',')).map(spaced).collect()));
        }
        let sha256 = Sha256::digest(text.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect();
        List { name, version, sha256, entries }
    }

    /// The entry that a folded text names.
    pub fn find(&self, folded: &str) -> Option<&'static str> {
        let words = spaced(folded);
        self.entries
            .iter()
            .find(|(_, spellings)| spellings.iter().any(|spelling| words.contains(spelling.as_str())))
            .map(|(shown, _)| *shown)
    }

    /// Entries, for documents and tests.
    pub fn entries(&self) -> impl Iterator<Item = &'static str> {
        self.entries.iter().map(|(shown, _)| *shown)
    }
}

/// Words of a text, each between spaces, signs dropped: ` anydesk 8 0 10 `.
fn spaced(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push(' ');
    for word in text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()) {
        out.push_str(&word.to_lowercase());
        out.push(' ');
    }
    out
}

static BUILT_IN: LazyLock<Vec<List>> = LazyLock::new(|| {
    vec![
        List::new("remote_control_software", include_str!("remote_control_software.txt")),
        List::new("kvm_devices", include_str!("kvm_devices.txt")),
        List::new("activity_feigning_tools", include_str!("activity_feigning_tools.txt")),
        List::new("virtual_media_software", include_str!("virtual_media_software.txt")),
        List::new("anonymizing_networks", include_str!("anonymizing_networks.txt")),
        List::new("parcel_places", include_str!("parcel_places.txt")),
    ]
});

/// Every built-in list.
pub fn built_in() -> &'static [List] {
    &BUILT_IN
}

fn list(name: &str) -> Option<&'static List> {
    BUILT_IN.iter().find(|list| list.name == name)
}

/// The lists of a run: built in, and the customer's approved tools.
#[derive(Clone, Debug, Default)]
pub struct Lists {
    /// Approved remote tools, in words between spaces.
    approved: Vec<String>,
}

impl Lists {
    /// With the customer's list `remote_tools`: programs that are approved.
    pub fn new<'a>(approved: impl IntoIterator<Item = &'a str>) -> Lists {
        let approved = approved.into_iter().map(spaced).filter(|words| !words.trim().is_empty()).collect();
        Lists { approved }
    }

    /// Whether the customer approved a program.
    pub fn is_approved(&self, application: &str) -> bool {
        let words = spaced(application);
        self.approved.iter().any(|approved| words.contains(approved.as_str()))
    }

    /// The remote-control software that a program's name is.
    pub fn remote_control(&self, application: &str) -> Option<&'static str> {
        list("remote_control_software")?.find(application)
    }

    /// The KVM-over-IP device or HID emulator that a product's name is.
    pub fn kvm(&self, product: &str) -> Option<&'static str> {
        list("kvm_devices")?.find(product)
    }

    /// The tool that feigns activity which a program's name is.
    pub fn feigns_activity(&self, application: &str) -> Option<&'static str> {
        list("activity_feigning_tools")?.find(application)
    }

    /// The virtual camera, microphone or several-sessions tool that a program's name is.
    pub fn virtual_media(&self, application: &str) -> Option<&'static str> {
        list("virtual_media_software")?.find(application)
    }

    /// The consumer VPN or hosting provider that a network's organisation is.
    pub fn anonymizing(&self, organisation: &str) -> Option<&'static str> {
        list("anonymizing_networks")?.find(organisation)
    }

    /// The kind of parcel counter, mail forwarder or hotel that the words of an address name.
    pub fn parcel_place(&self, address: &str) -> Option<&'static str> {
        list("parcel_places")?.find(address)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_fit_whole_words_only() {
        let lists = Lists::new(["Example Remote Support"]);
        for (application, expected) in [
            ("anydesk 8.0.10 (x64)", Some("AnyDesk")),
            ("chrome remote desktop host", Some("Chrome Remote Desktop")),
            ("team viewer host", Some("TeamViewer")),
            ("teamviewerhost manual", None),
            ("microsoft teams", None),
            ("text editor", None),
        ] {
            assert_eq!(lists.remote_control(application), expected, "{application}");
        }
        assert!(lists.is_approved("example remote support 4.2"));
        assert!(!lists.is_approved("example remote"));
        assert_eq!(lists.kvm("pikvm composite device"), Some("PiKVM"));
        assert_eq!(lists.kvm("dell universal dock"), None);
    }

    #[test]
    fn every_list_is_dated_and_has_entries() {
        for list in built_in() {
            assert!(list.version.len() == 10 && list.entries().count() >= 3, "{}", list.name);
            for (shown, spellings) in &list.entries {
                assert!(!spellings.is_empty(), "{shown}");
                assert!(spellings.iter().all(|spelling| list.find(spelling) == Some(shown)), "{shown} is not found");
            }
        }
    }
}
