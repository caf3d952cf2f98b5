//! What the person who files knows and no run does: who files, who was harmed, what was paid, who was told.
//!
//! It comes from a small TOML file. Every key that can stand in it is in [`SECTIONS`]; the template, the reader and the form go
//! by that list. Everything is optional, and nothing is guessed: what is not there stays empty in the form.

use crate::model::value::IdentifierKind;
use crate::report::redact::{Redaction, mask_value};
use std::collections::BTreeMap;

/// One thing that can be told.
#[derive(Clone, Copy, Debug)]
pub struct Fact {
    /// The key in the file.
    pub key: &'static str,
    /// As the form names it, and the template explains it.
    pub label: &'static str,
    /// Sensitive kinds are masked inside the house.
    pub kind: Option<IdentifierKind>,
}

/// One table of the file.
#[derive(Clone, Copy, Debug)]
pub struct Section {
    /// `victim`.
    pub name: &'static str,
    /// Whether it may stand several times (`[[transaction]]`).
    pub many: bool,
    /// One line for the template.
    pub doc: &'static str,
    /// Its keys, in the order of the form.
    pub facts: &'static [Fact],
}

const fn fact(key: &'static str, label: &'static str) -> Fact {
    Fact { key, label, kind: None }
}

const fn number(key: &'static str, label: &'static str, kind: IdentifierKind) -> Fact {
    Fact { key, label, kind: Some(kind) }
}

/// Everything that the file may say.
pub const SECTIONS: &[Section] = &[
    Section {
        name: "victim",
        many: false,
        doc: "The business that was harmed.",
        facts: &[
            fact("name", "Name of a person at the business"),
            fact("business", "Business name"),
            fact("it_contact", "Business IT point of contact"),
            fact("other_contact", "Other business point of contact"),
            number("address", "Address", IdentifierKind::Address),
            fact("suite", "Suite, apartment or mail stop"),
            fact("city", "City"),
            fact("county", "County"),
            fact("state", "State"),
            fact("country", "Country"),
            fact("postal_code", "ZIP code"),
            number("phone", "Phone number", IdentifierKind::Phone),
            fact("email", "Email address"),
        ],
    },
    Section {
        name: "transaction",
        many: true,
        doc: "Money that was paid: one [[transaction]] each. What the run itself knows of pay is added by samehand.",
        facts: &[
            fact("type", "Transaction type (wire, ACH, check, cryptocurrency, other)"),
            fact("amount", "Amount"),
            fact("currency", "Currency"),
            fact("date", "Date (YYYY-MM-DD, UTC)"),
            fact("bank_told", "Was the originating bank told? When, by whom?"),
            fact("originating_bank", "Originating bank name"),
            number("originating_bank_address", "Originating bank address", IdentifierKind::Address),
            fact("originating_name", "Originating name on account"),
            number("originating_routing", "Originating routing number", IdentifierKind::RoutingNumber),
            number("originating_account", "Originating account number", IdentifierKind::Account),
            fact("originating_swift", "Originating SWIFT code"),
            fact("recipient_bank", "Recipient bank name"),
            number("recipient_bank_address", "Recipient bank address", IdentifierKind::Address),
            fact("recipient_name", "Recipient name on account"),
            number("recipient_routing", "Recipient routing number", IdentifierKind::RoutingNumber),
            number("recipient_account", "Recipient account number", IdentifierKind::Account),
            fact("recipient_swift", "Recipient SWIFT code"),
            number("originating_wallet", "Originating wallet address", IdentifierKind::Wallet),
            number("recipient_wallet", "Recipient wallet address", IdentifierKind::Wallet),
            fact("transaction_hash", "Transaction hash"),
        ],
    },
    Section {
        name: "incident",
        many: false,
        doc: "What happened, in your words: only what you know yourself.",
        facts: &[
            fact("description", "Description in the words of the person who files"),
            fact("noticed", "When and how it was noticed (date, time zone)"),
        ],
    },
    Section {
        name: "other",
        many: false,
        doc: "Other information.",
        facts: &[
            fact("email_headers", "Full email with headers"),
            fact("witnesses", "Other witnesses or victims"),
            fact("agencies_told", "Other agencies told (name, report number, date)"),
            fact("earlier_complaint", "Number of an earlier complaint that this one updates"),
        ],
    },
    Section {
        name: "filer",
        many: false,
        doc: "The person who files.",
        facts: &[
            fact("name", "Name"),
            fact("title", "Title"),
            fact("business", "Business name"),
            number("phone", "Phone number", IdentifierKind::Phone),
            fact("email", "Email address"),
            fact("for_someone_else", "Is the complaint filed for someone else? (yes or no)"),
        ],
    },
    Section {
        name: "export",
        many: true,
        doc: "Where the input files came from: one [[export]] for each source of samehand.toml.",
        facts: &[
            fact("source", "Name of the source in samehand.toml"),
            fact("system", "System it was exported from"),
            fact("by", "Who exported it"),
            fact("at", "When (UTC)"),
        ],
    },
];

/// The tables of one section: key and text.
type Tables = Vec<BTreeMap<String, String>>;

/// What the file says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facts {
    told: BTreeMap<&'static str, Tables>,
}

impl Facts {
    /// Reads the file. Errors: every fault of it, one line each.
    pub fn read(text: &str) -> Result<Facts, Vec<String>> {
        let file: toml::Table = match text.parse() {
            Ok(file) => file,
            Err(fault) => return Err(vec![fault.to_string().trim_end().to_string()]),
        };
        let mut faults = Vec::new();
        let mut facts = Facts::default();
        for (name, value) in &file {
            let Some(section) = SECTIONS.iter().find(|section| section.name == name) else {
                faults.push(format!("unknown table {name:?}"));
                continue;
            };
            let tables: Vec<&toml::Table> = match (value, section.many) {
                (toml::Value::Table(table), false) => vec![table],
                (toml::Value::Array(all), true) if all.iter().all(toml::Value::is_table) => {
                    all.iter().filter_map(toml::Value::as_table).collect()
                }
                (_, true) => {
                    faults.push(format!("{name}: write it as [[{name}]]"));
                    continue;
                }
                (_, false) => {
                    faults.push(format!("{name}: write it as [{name}]"));
                    continue;
                }
            };
            let mut read = Tables::new();
            for (at, table) in tables.into_iter().enumerate() {
                let place = if section.many { format!("{name} {}", at + 1) } else { name.clone() };
                read.push(section.read(table, &place, &mut faults));
            }
            facts.told.insert(section.name, read);
        }
        if faults.is_empty() { Ok(facts) } else { Err(faults) }
    }

    /// What is told under that key; empty where nothing is.
    pub fn get(&self, section: &str, at: usize, key: &str) -> &str {
        let table = self.told.get(section).and_then(|tables| tables.get(at));
        table.and_then(|table| table.get(key)).map_or("", String::as_str)
    }

    /// How often the section stands in the file.
    pub fn count(&self, section: &str) -> usize {
        self.told.get(section).map_or(0, Vec::len)
    }

    /// Whether nothing is told.
    pub fn is_empty(&self) -> bool {
        self.told.values().flatten().all(BTreeMap::is_empty)
    }

    /// The facts as that mode shows them: inside the house numbers are masked; others are shown none of it.
    pub fn redacted(&self, mode: Redaction) -> Facts {
        let mut out = self.clone();
        match mode {
            Redaction::Full => {}
            Redaction::External | Redaction::Structure => out.told.clear(),
            Redaction::Internal => {
                for section in SECTIONS {
                    for table in out.told.get_mut(section.name).into_iter().flatten() {
                        for fact in section.facts {
                            if let (Some(kind), Some(text)) = (fact.kind, table.get_mut(fact.key)) {
                                *text = mask_value(kind, text);
                            }
                        }
                    }
                }
            }
        }
        out
    }
}

impl Section {
    fn read(&self, table: &toml::Table, place: &str, faults: &mut Vec<String>) -> BTreeMap<String, String> {
        let mut told = BTreeMap::new();
        for (key, value) in table {
            if !self.facts.iter().any(|fact| fact.key == key) {
                let known: Vec<&str> = self.facts.iter().map(|fact| fact.key).collect();
                faults.push(format!("{place}: unknown key {key:?}; there are {}", known.join(", ")));
                continue;
            }
            let text = match value {
                toml::Value::String(text) => text.trim().to_string(),
                toml::Value::Integer(number) => number.to_string(),
                toml::Value::Boolean(yes) => if *yes { "yes" } else { "no" }.to_string(),
                toml::Value::Datetime(when) => when.to_string(),
                toml::Value::Float(_) => {
                    faults.push(format!(
                        "{place}: {key} is a number with a point: put it in quotes, so that it stays as it is"
                    ));
                    continue;
                }
                toml::Value::Array(_) | toml::Value::Table(_) => {
                    faults.push(format!("{place}: {key} must be a text"));
                    continue;
                }
            };
            if !text.is_empty() {
                told.insert(key.clone(), text);
            }
        }
        told
    }
}

/// An empty file with comments.
pub fn template() -> String {
    let mut text = String::from(
        "# Facts for `samehand packet --facts`. Everything is optional; what is not told stays empty in the form.\n\
         # Write only what you know. samehand prints it as it stands here and adds nothing to it.\n",
    );
    for section in SECTIONS {
        let head = if section.many { format!("[[{}]]", section.name) } else { format!("[{}]", section.name) };
        text.push_str(&format!("\n# {}\n{head}\n", section.doc));
        for fact in section.facts {
            text.push_str(&format!("# {}\n{} = \"\"\n", fact.label, fact.key));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_template_is_a_file_without_facts() {
        let facts = Facts::read(&template()).expect("the template is sound");
        assert!(facts.is_empty());
        assert_eq!(facts.count("transaction"), 1);
    }

    #[test]
    fn what_is_told_is_kept_as_it_stands() {
        let facts = Facts::read(
            "[victim]\nbusiness = \"Harbor Example LLC\"\n[[transaction]]\namount = \"1200.50\"\ndate = 2026-01-31\n\
             originating_account = \"000123456789\"\n[[transaction]]\namount = 900\n",
        )
        .expect("sound");
        assert_eq!(facts.get("victim", 0, "business"), "Harbor Example LLC");
        assert_eq!(facts.get("transaction", 0, "amount"), "1200.50");
        assert_eq!(facts.get("transaction", 0, "date"), "2026-01-31");
        assert_eq!(facts.get("transaction", 1, "amount"), "900");
        assert_eq!((facts.get("transaction", 7, "amount"), facts.get("victim", 0, "city")), ("", ""));
        assert_eq!(facts.redacted(Redaction::Internal).get("transaction", 0, "originating_account"), "****6789");
        assert!(facts.redacted(Redaction::External).is_empty());
    }

    #[test]
    fn every_fault_is_told_at_once() {
        let faults = Facts::read(
            "[victim]\nbusness = \"x\"\nphone = [1]\n[transaction]\namount = 1\n[[filer]]\nname = \"x\"\n[extra]\n",
        )
        .expect_err("faults");
        for words in ["\"busness\"", "phone must be", "[[transaction]]", "[filer]", "unknown table \"extra\""] {
            assert!(faults.iter().any(|fault| fault.contains(words)), "{words} in {faults:?}");
        }
        assert!(Facts::read("[[transaction]]\namount = 10.5\n").expect_err("a float")[0].contains("quotes"));
        assert_eq!(Facts::read("[victim\n").expect_err("no TOML").len(), 1);
    }
}
