//! The acceptance cases: what was published about real ones, as small companies of invented people. Each has a true form
//! and an innocent one, with data of the same structure and an ordinary reason behind it.
//! Leaves to `stage` how people get into the tables. Invariant: a case says what must come out of it, record by record.

mod applicants;
mod farms;
mod look_alikes;
mod nightly;
mod pay;
mod stage;
#[cfg(test)]
mod tests;

use super::{Company, GeneratedFile};
pub(super) use farms::own_name as own_name_lent;
pub(super) use stage::{Stage, work_from};
use std::collections::BTreeSet;

/// An acceptance case.
pub(super) struct Case {
    pub(super) name: &'static str,
    about: &'static str,
    /// People of its small company, those of the case included.
    people: usize,
    pub(super) play: fn(&mut Stage),
}

const fn case(name: &'static str, about: &'static str, people: usize, play: fn(&mut Stage)) -> Case {
    Case { name, about, people, play }
}

/// All cases.
pub(super) const CASES: &[Case] = &[
    case(
        "chapman",
        "12 laptops of 10 people at one home, pay of 6 to one account, 5 laptops sent on abroad; innocent: one office",
        140,
        farms::chapman,
    ),
    case(
        "knoot",
        "one identity at three employers, laptops elsewhere, AnyDesk; innocent: two jobs, one after the other",
        110,
        farms::knoot,
    ),
    case(
        "dorm",
        "six students of one dorm and four laptops of two of its rooms; innocent: the six students",
        150,
        farms::dorm,
    ),
    case(
        "staffing-front",
        "25 contractors of an agency, four share an account and resume lines; innocent: the 25",
        140,
        pay::staffing_front,
    ),
    case(
        "pay-card",
        "200 people at one pay card bank, two of them with one account; innocent: last four digits collide",
        320,
        pay::pay_card,
    ),
    case(
        "household",
        "a couple on paper that shares a laptop, resume lines and a referee, too; innocent: spouses with a joint account",
        120,
        pay::household,
    ),
    case(
        "own-name-facilitator",
        "a real identity whose laptop is worked on from abroad, pay moves on; innocent: a traveller",
        100,
        farms::own_name,
    ),
    case(
        "mutual-references",
        "three applicants vouch for each other; innocent: three ex-colleagues name the same manager",
        110,
        applicants::mutual_references,
    ),
    case(
        "replacement-persona",
        "dismissed on a Monday, back under another name 12 days later; innocent: a stranger a week later",
        110,
        applicants::replacement,
    ),
    case(
        "applicant-flood",
        "22 personas, 62 applications in 30 days among 4,000 honest people; innocent: a job fair",
        4_022,
        applicants::flood,
    ),
    case(
        "look-alikes",
        "two personas as twins, one laptop at one time, one document; innocent: twins, father and son, a move, a re-issue",
        120,
        look_alikes::look_alikes,
    ),
    case(
        "nightly",
        "three nights: two clusters, an edge that merges them, the edge gone; innocent: two couples and a flat",
        120,
        nightly::two_clusters,
    ),
];

/// Name of each acceptance case and a line about it.
pub fn cases() -> impl Iterator<Item = (&'static str, &'static str)> {
    CASES.iter().map(|case| (case.name, case.about))
}

/// A small company that holds exactly that case, or nothing when there is no such case. The same name, form and seed
/// give the same bytes.
pub fn generate_case(name: &str, innocent: bool, seed: u64) -> Option<Company> {
    let case = CASES.iter().find(|case| case.name == name)?;
    let mut stage = Stage::new(seed, case.people);
    stage.crowd = stage::CROWD;
    stage.play(case.name, innocent);
    if case.name == nightly::NAME {
        return Some(Company { files: nightly::nights(stage) });
    }
    (case.play)(&mut stage);
    stage.fill();
    let mut files = stage.files(&BTreeSet::new());
    if case.name == "knoot" {
        split_by_client(&mut files);
    }
    Some(Company { files })
}

/// Three clients deliver their employees in a file each, as a staffing company gets them; the people of the case are
/// dealt to different ones, as every employment is.
fn split_by_client(files: &mut Vec<GeneratedFile>) {
    let Some(at) = files.iter().position(|file| file.path == "employees.csv") else { return };
    let whole = files.remove(at);
    let Some((header, rows)) = whole.text.split_once('\n') else { return };
    let mut clients = vec![format!("{header}\n"); 3];
    // Rows of one person are told by their personal number, `987-65-4321`.
    let mut seen: std::collections::BTreeMap<&str, usize> = std::collections::BTreeMap::new();
    for (index, row) in rows.lines().enumerate() {
        let same = row.split(',').find(|cell| cell.len() == 11 && cell.as_bytes()[3] == b'-').unwrap_or(row);
        let client = seen.entry(same).and_modify(|client| *client += 1).or_insert(index);
        let text = &mut clients[*client % 3];
        text.push_str(row);
        text.push('\n');
    }
    for (index, text) in clients.into_iter().enumerate() {
        files.insert(at, GeneratedFile { path: format!("employees_client{}.csv", index + 1), text });
    }
    if let Some(config) = files.iter_mut().find(|file| file.path == "samehand.toml") {
        config.text = config.text.replace("path = \"employees.csv\"", "path = \"employees_client*.csv\"");
    }
}
