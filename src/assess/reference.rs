//! `docs/indicators.md`, made from the registry so that the two cannot drift apart.

use super::registry::{INDICATORS, Indicator, Rule};
use super::{GUARDS, coverage, lists};
use crate::config::settings::DEFAULTS;

/// The page of all indicators and guards as Markdown.
pub fn reference() -> String {
    let mut out = String::from(
        "# Indicators\n\nWhat samehand looks for, what each finding rests on, and what innocent cause looks the same. No \
         indicator marks anybody: a ring or a case needs independent evidence families, and a person decides. Parameters \
         stand in the config under `[indicators.<id>]`. This page is made from the program's registry.\n",
    );
    for indicator in INDICATORS {
        out.push_str(&section(indicator));
    }
    out.push_str("\n## Guards\n\nNamed innocent explanations. A guard takes a finding or a ring out of the count in the open: \
                  it stands in `set_aside` or beside the finding, with its reason.\n\n| guard | when it holds | what overrides it |\n|---|---|---|\n");
    for guard in GUARDS {
        out.push_str(&format!("| {} | {} | {} |\n", guard.name, guard.definition, guard.overrides));
    }
    out.push_str(&coverage::page());
    out.push_str("\n## Built-in lists\n\nBeside the customer's lists of `[hubs]`. Version and digest stand in the manifest.\n\n| list | version | entries |\n|---|---|---|\n");
    for list in lists::built_in() {
        let entries: Vec<&str> = list.entries().collect();
        out.push_str(&format!("| `{}` | {} | {} |\n", list.name, list.version, entries.join(", ")));
    }
    out
}

fn section(indicator: &Indicator) -> String {
    let mut out = format!("\n### {} {}\n\n{}\n\n", indicator.id, indicator.name, indicator.definition);
    match indicator.rule {
        Rule::Elsewhere(place) => out.push_str(&format!("- Where: {place}\n")),
        Rule::NotFed(needs) => out.push_str(&format!("- Not run: needs {needs}.\n")),
        Rule::Refused(reason) => out.push_str(&format!("- Deliberately not a rule: {reason}\n")),
        Rule::Persona(_) | Rule::Link(_) | Rule::Run(_) => {
            let needs: Vec<String> = indicator.needs.iter().map(|need| need.text()).collect();
            let needs = if needs.is_empty() { "none beyond persons".to_string() } else { needs.join("; ") };
            let (family, strength) = (indicator.family.name(), indicator.strength.name());
            out.push_str(&format!("- Family: {family}; strength: up to {strength}.\n- Inputs: {needs}.\n"));
        }
    }
    for name in indicator.parameters {
        let (default, reason) = parameter(indicator.id, name);
        out.push_str(&format!("- `{name}` = {default}. {reason}\n"));
    }
    out.push_str(&format!("- How it misleads: {}\n- Source: {}.\n", indicator.misleads, indicator.source));
    out
}

/// Default and reason of a parameter, as `defaults.toml` has them.
fn parameter(id: &str, name: &str) -> (String, String) {
    let header = format!("[indicators.{id}]");
    let mut comment = String::new();
    let (mut inside, mut is_told) = (false, false);
    for line in DEFAULTS.lines().map(str::trim) {
        if line.starts_with('[') {
            inside = line == header;
            comment.clear();
        } else if let Some(text) = line.strip_prefix('#') {
            // A reason stands for the parameters below it, until the next reason.
            if std::mem::take(&mut is_told) {
                comment.clear();
            }
            comment.push_str(text);
        } else if let Some((key, value)) = line.split_once('=').filter(|_| inside) {
            is_told = true;
            if key.trim() == name {
                return (value.trim().to_string(), comment.trim().to_string());
            }
        } else if line.is_empty() {
            comment.clear();
        }
    }
    (String::new(), String::new())
}
