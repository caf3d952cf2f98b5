//! A finished run, opened for questions: who else, why, show me. Reads tables of a run folder and changes nothing.
//!
//! `show` answers "one of them is known bad: who else?", `explain` gives the paths between two things with the source
//! cells and bits of every hop, `view` draws a ring. All three see the run as it was published.
//!
//! [`Case::open`] reads all tables, for what needs everything. [`Case::part`] reads the small ones, and of the large ones
//! (records, claims, links, pairs, findings) a page when it is asked for; `lookup.bin` says which. Both give the same answers: who looks
//! for something goes through [`Records::having`] and its like, which give all rows that may have it, in the order of the
//! table, and looks at each.

mod assessed;
mod claims;
pub mod explain;
pub mod explain_ring;
pub mod file;
pub mod find;
mod links;
mod pages;
mod records;
pub mod run_file;
pub mod show;
pub mod timeline;
pub mod view;
pub mod waterfall;

pub use assessed::{CaseFinding, CaseKnown, CaseOfOne, CaseRole, Findings};
pub use claims::CaseClaim;
pub use links::{CaseLink, Links, Term, Terms};
pub use records::{CaseRecord, Personas, Records};

use crate::model::value::EvidenceFamily;
use crate::store::Error;
use crate::store::counts::CountsFile;
use crate::store::lookup::{Lookup, Plan};
use crate::store::run::RunPaths;
use crate::store::table::{InTable, PagedTable};
use claims::{ClaimTable, Claims};
use pages::{Faults, Memo, Pages};
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

/// How a large table of a run folder is written, so that [`Case::part`] has to read little of it.
pub fn plan(table: &str) -> Plan<'static> {
    let plan = |page_rows, asked: &'static [&'static str]| Plan { page_rows, asked, together: None, left_out: None };
    match table {
        "records" => plan(1024, &["record_key", "persona_id", "operator_id", "ring_id"]),
        "claims" => Plan {
            together: Some("record"),
            left_out: Some(("kind", find::is_figure_name)),
            ..plan(4096, &["value", "raw"])
        },
        "links" => plan(1024, &["left", "right", "ring_id"]),
        "pairs" => plan(1024, &["left", "right"]),
        // Findings are found by two of their columns, which are small; each of them is large.
        _ => plan(128, &[]),
    }
}

/// A ring of the run.
#[derive(Clone, Debug, PartialEq)]
pub struct CaseRing {
    pub id: String,
    pub rank: u32,
    pub level: String,
    pub weight_bits: f64,
    pub families: String,
    pub personas: u32,
    pub operators: u32,
    pub sites: u32,
    pub records: u64,
    pub reason: String,
}

/// A hub of the run.
#[derive(Clone, Debug, PartialEq)]
pub struct CaseHub {
    pub kind: String,
    pub value: String,
    pub shown: String,
    pub holders: u32,
    pub reason: String,
}

/// A group that a guard set aside.
#[derive(Clone, Debug, PartialEq)]
pub struct CaseGroup {
    pub id: String,
    pub guard: String,
    pub personas: Vec<String>,
    pub reason: String,
    /// What evidence would override the guard; empty in folders of before it was written.
    pub overrides: String,
}

/// What belongs to a ring. Found once for all of them: there are many, and each would look through all records and links.
#[derive(Debug, Default)]
struct RingParts {
    /// Sorted.
    personas: Vec<String>,
    /// Between personas, as indexes.
    links: Vec<u32>,
}

/// A finished run, in memory as far as it was asked about.
#[derive(Debug)]
pub struct Case {
    pub run_id: String,
    pub records: Arc<Records>,
    /// Records of each persona, assets included.
    pub personas: Personas,
    claims: Claims,
    /// Of all rings, for a run that was read whole.
    ring_parts: OnceLock<BTreeMap<String, RingParts>>,
    rings_asked: Memo<RingParts>,
    pub links: Links,
    pub rings: Vec<CaseRing>,
    pub hubs: Vec<CaseHub>,
    pub set_aside: Vec<CaseGroup>,
    /// What indicators said, explained findings included.
    pub findings: Findings,
    /// Cases of one persona, in rank order.
    pub cases: Vec<CaseOfOne>,
    pub roles: Vec<CaseRole>,
    pub known: Vec<CaseKnown>,
    pairs: PathBuf,
    /// Absent for a run that was read whole.
    lookup: Option<Arc<Lookup>>,
    counts: Option<CountsFile>,
    faults: Faults,
}

/// A table that folders of earlier versions lack.
fn later<T>(paths: &RunPaths, name: &str, read: fn(&InTable) -> Result<Vec<T>, Error>) -> Result<Vec<T>, Error> {
    let path = paths.folder().join(format!("{name}.parquet"));
    if path.exists() { read(&InTable::read_parquet(&path, None)?) } else { Ok(Vec::new()) }
}

/// The tables that have pages.
struct Paged {
    records: Pages<Vec<CaseRecord>>,
    claims: Claims,
    links: Pages<Vec<CaseLink>>,
    findings: Pages<Vec<CaseFinding>>,
    lookup: Option<Arc<Lookup>>,
    faults: Faults,
}

impl Paged {
    /// All of them in memory.
    fn whole(paths: &RunPaths) -> Result<Paged, Error> {
        let records = records::read(&InTable::read_parquet(&paths.records(), None)?)?;
        let count = records.len();
        let claims = ClaimTable::read(&InTable::read_parquet(&paths.claims(), None)?, 0, count)?;
        let links = links::read(&InTable::read_parquet(&paths.links(), None)?)?;
        let links_count = links.len();
        let findings = later(paths, "findings", assessed::findings)?;
        let findings_count = findings.len();
        Ok(Paged {
            records: Pages::whole("records", records, count),
            claims: Claims { pages: Pages::whole("claims", claims, count), firsts: vec![0] },
            links: Pages::whole("links", links, links_count),
            findings: Pages::whole("findings", findings, findings_count),
            lookup: None,
            faults: Faults::default(),
        })
    }

    /// None of their rows yet; `None` for a folder that can only be read whole.
    fn part(paths: &RunPaths) -> Option<Paged> {
        let (folder, faults) = (paths.folder(), Faults::default());
        let lookup = Arc::new(Lookup::open(folder)?);
        let records = Pages::part("records", folder, &lookup, &faults, |table, _| records::read(table));
        let links = Pages::part("links", folder, &lookup, &faults, |table, _| links::read(table));
        let findings = Pages::part("findings", folder, &lookup, &faults, |table, _| assessed::findings(table));
        let (Some(records), Some(links), Some(findings)) = (records, links, findings) else { return None };
        let firsts = lookup.firsts("claims").to_vec();
        let mut ends: Vec<usize> = firsts.iter().skip(1).map(|&first| first as usize).collect();
        ends.push(records.rows());
        let (starts, path) = (firsts.clone(), paths.lookup());
        let read = move |table: &InTable, page: usize| {
            let range = starts.get(page).zip(ends.get(page));
            let Some((first, &end)) = range.map(|(&first, end)| (first as usize, end)) else {
                return Ok(ClaimTable::default());
            };
            // A claim out of the range would be looked for elsewhere and not be found.
            if table.u64("record")?.iter().any(|&record| !(first as u64..end as u64).contains(&record)) {
                let message = "claims.parquet and lookup.bin do not go together".to_string();
                return Err(Error::Table { action: "read", path: path.clone(), message });
            }
            ClaimTable::read(table, first, end)
        };
        let pages = Pages::part("claims", folder, &lookup, &faults, read)?;
        if firsts.len() != pages.count() || lookup.starts("pairs").is_none() {
            return None;
        }
        Some(Paged { records, claims: Claims { pages, firsts }, links, findings, lookup: Some(lookup), faults })
    }
}

impl Case {
    /// Reads all tables of a run folder.
    pub fn open(run_id: &str, paths: &RunPaths) -> Result<Case, Error> {
        let case = Case::with(run_id, paths, Paged::whole(paths)?)?;
        // Once for all rings and personas, and not at the same time by each thread that needs them.
        case.personas.all();
        let _ = case.ring_parts.set(ring_parts(&case.records, &case.links));
        Ok(case)
    }

    /// A run of which the large tables are read as far as questions need them; whole where the folder has no lookup that
    /// belongs to its tables. Whoever asks calls [`Case::check`] before telling an answer.
    pub fn part(run_id: &str, paths: &RunPaths) -> Result<Case, Error> {
        match Paged::part(paths) {
            Some(paged) => Case::with(run_id, paths, paged),
            None => Case::open(run_id, paths),
        }
    }

    fn with(run_id: &str, paths: &RunPaths, paged: Paged) -> Result<Case, Error> {
        let table = |name: &str| InTable::read_parquet(&paths.folder().join(format!("{name}.parquet")), None);
        let records = Arc::new(Records::new(paged.records));
        Ok(Case {
            run_id: run_id.to_string(),
            personas: Personas::new(records.clone()),
            records,
            claims: paged.claims,
            ring_parts: OnceLock::new(),
            rings_asked: Memo::default(),
            links: Links::new(paged.links),
            rings: read_rings(&table("rings")?)?,
            hubs: read_hubs(&table("hubs")?)?,
            set_aside: read_set_aside(&table("set_aside")?)?,
            findings: Findings::new(paged.findings, paths),
            cases: later(paths, "cases", assessed::cases)?,
            roles: later(paths, "roles", assessed::roles)?,
            known: later(paths, "known", assessed::known)?,
            pairs: paths.pairs(),
            lookup: paged.lookup,
            counts: CountsFile::open(paths.folder()),
            faults: paged.faults,
        })
    }

    /// What went wrong while pages were read; what was found since then is not to be told.
    pub fn check(&self) -> Result<(), Error> {
        self.faults.take().map_or(Ok(()), Err)
    }

    /// Whether the large tables are read as far as questions need them.
    pub fn is_part(&self) -> bool {
        self.lookup.is_some()
    }

    /// Whether the folder says how often things occur in the whole run.
    pub fn has_counts(&self) -> bool {
        self.counts.is_some()
    }

    /// How often something occurs in the whole run, by its key in [`crate::model::counts`] and whether every run writes it.
    /// `None` where it is not written. That it cannot be read, or is missing where every run writes it, [`Case::check`] tells.
    pub fn count(&self, key: u64, always: bool) -> Option<u32> {
        let counts = self.counts.as_ref()?;
        let found = counts.get(key).unwrap_or_else(|error| {
            self.faults.note(error);
            None
        });
        if found.is_none() && always {
            self.faults.note(counts.damaged());
        }
        found
    }

    /// Reads what was not read yet, for what needs everything.
    pub fn load_all(&self) {
        self.records.load_all();
        self.claims.pages.load_all();
        self.links.load_all();
        let _ = self.findings.iter();
    }

    /// Says that the records of these personas, and their claims if so, will be asked for: they are read at the same time.
    pub(crate) fn expect<S: AsRef<str>>(&self, personas: &[S], claims: bool) {
        if self.is_part() {
            let personas: Vec<&str> = personas.iter().map(AsRef::as_ref).collect();
            self.records.load_having(&personas);
            if claims {
                let records = personas.iter().filter_map(|persona| self.personas.get(persona));
                self.claims.load_of(records.flatten().copied());
            }
        }
    }

    /// The table of scored pairs, or those parts of it that may have a pair of two of these labels, one of each.
    pub(crate) fn pairs(&self, left: &[&str], right: &[&str]) -> Result<Vec<InTable>, Error> {
        let Some(lookup) = &self.lookup else { return Ok(vec![InTable::read_parquet(&self.pairs, None)?]) };
        let pages = |labels: &[&str]| -> Result<Vec<usize>, Error> {
            let found: Result<Vec<_>, Error> = labels.iter().map(|label| lookup.pages("pairs", label)).collect();
            let mut pages = found?.concat();
            pages.sort_unstable();
            pages.dedup();
            Ok(pages)
        };
        let (ours, theirs) = (pages(left)?, pages(right)?);
        let table = PagedTable::open(&self.pairs)?;
        ours.into_iter().filter(|page| theirs.binary_search(page).is_ok()).map(|page| table.read(page)).collect()
    }

    /// The claims of one record.
    pub fn claims_of(&self, record: u32) -> impl Iterator<Item = CaseClaim<'_>> {
        self.claims.of(record)
    }

    /// All claims, in the order of their records.
    pub fn claims(&self) -> impl Iterator<Item = CaseClaim<'_>> {
        self.claims.iter()
    }

    /// Says that the claims of these records will be asked for: they are read at the same time.
    pub fn expect_claims_of(&self, records: &[u32]) {
        if self.is_part() {
            self.claims.load_of(records.iter().copied());
        }
    }

    /// Claims in the order of their records, among which are all that have one of these texts as value or as delivered, in
    /// whatever case of ASCII letters. Nobody asks for bare figures: not all of them need be there.
    pub fn claims_having<'a>(&'a self, texts: &[&str]) -> impl Iterator<Item = CaseClaim<'a>> + use<'a> {
        self.claims.having(texts)
    }

    /// The claims of a value that can be asked for, in the order of their records.
    pub fn claims_with<'a>(&'a self, kind: &str, value: &str) -> impl Iterator<Item = CaseClaim<'a>> + use<'a> {
        let claims = self.claims_having(&[value]).filter(|claim| claim.kind == kind && claim.value == value);
        let claims: Vec<CaseClaim> = claims.collect();
        self.records.load(claims.iter().map(|claim| claim.record));
        claims.into_iter()
    }

    /// The cell that a claim stands in: `devices.csv row 12 [Last IP]`.
    pub fn cell(&self, claim: &CaseClaim) -> String {
        let record = &self.records[claim.record as usize];
        format!("{} row {} [{}]", record.file, record.row, claim.columns)
    }

    /// Names that a persona's records of persons bear, most frequent first, each once.
    pub fn names(&self, persona: &str) -> Vec<&str> {
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        for &index in self.personas.get(persona).into_iter().flatten() {
            let record = &self.records[index as usize];
            if matches!(record.kind.as_str(), "applicant" | "employee" | "person") && !record.name.is_empty() {
                *counts.entry(&record.name).or_default() += 1;
            }
        }
        let mut names: Vec<(&str, usize)> = counts.into_iter().collect();
        names.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(b.0)));
        names.into_iter().map(|(name, _)| name).collect()
    }

    /// A persona's id with its first name: `P-1a2b3c4d5e (Ann Lee)`.
    pub fn persona_label(&self, persona: &str) -> String {
        match self.names(persona).first() {
            Some(name) => format!("{persona} ({name})"),
            None => persona.to_string(),
        }
    }

    /// Whether the config says that this is known to be bad: a persona by its id, or a value by its kind, as claims have it
    /// or as it is shown.
    pub fn is_known(&self, kind: &str, value: &str) -> bool {
        self.known.iter().any(|known| known.kind == kind && (known.value == value || known.shown == value))
    }

    /// The personas of a ring, sorted; none for a ring that the run does not have.
    pub fn personas_of_ring(&self, ring: &str) -> &[String] {
        self.parts_of(ring).map_or(&[], |parts| &parts.personas)
    }

    /// The links between the personas of a ring, in the order of the table.
    pub fn links_of_ring(&self, ring: &str) -> impl Iterator<Item = &CaseLink> {
        let links = self.parts_of(ring).map_or(&[][..], |parts| &parts.links);
        links.iter().filter_map(|&link| self.links.get(link as usize))
    }

    fn parts_of(&self, ring: &str) -> Option<&RingParts> {
        if let Some(all) = self.ring_parts.get() {
            return all.get(ring);
        }
        Some(self.rings_asked.get(ring, || {
            if ring.is_empty() {
                return RingParts::default();
            }
            self.records.load_having(&[ring]);
            let records = self.records.having(&[ring]).map(|(_, record)| record);
            let links = self.links.having(&[ring]);
            parts_of_ring(records.filter(|record| record.ring == ring), links.filter(|(_, link)| link.ring == ring))
        }))
    }

    /// Links between personas that touch this one, in the order of the table.
    pub fn persona_links<'a>(&'a self, persona: &str) -> impl Iterator<Item = &'a CaseLink> + use<'a> {
        self.links.of_persona(persona).iter().filter_map(|&link| self.links.get(link as usize))
    }

    /// Links between two of these personas, which are sorted, in the order of the table.
    pub fn links_among(&self, personas: &[String]) -> Vec<&CaseLink> {
        let touching = personas.iter().flat_map(|persona| self.links.of_persona(persona));
        let mut links: Vec<u32> = touching.copied().collect();
        links.sort_unstable();
        links.dedup();
        let among = |persona: &String| personas.binary_search(persona).is_ok();
        let links = links.into_iter().filter_map(|link| self.links.get(link as usize));
        links.filter(|link| among(&link.left) && among(&link.right)).collect()
    }
}

/// The parts of one ring, of records and links that are of it.
fn parts_of_ring<'a>(
    records: impl Iterator<Item = &'a CaseRecord>,
    links: impl Iterator<Item = (u32, &'a CaseLink)>,
) -> RingParts {
    let personas = records.filter(|record| !record.persona.is_empty()).map(|record| record.persona.clone());
    let mut personas: Vec<String> = personas.collect();
    personas.sort_unstable();
    personas.dedup();
    RingParts { personas, links: links.filter(|(_, link)| link.tier == "persona").map(|(index, _)| index).collect() }
}

/// The parts of all rings.
fn ring_parts(records: &Records, links: &Links) -> BTreeMap<String, RingParts> {
    let mut parts: BTreeMap<String, RingParts> = BTreeMap::new();
    for record in records.iter().filter(|record| !record.ring.is_empty() && !record.persona.is_empty()) {
        parts.entry(record.ring.clone()).or_default().personas.push(record.persona.clone());
    }
    for (index, link) in links.iter().enumerate().filter(|(_, link)| link.tier == "persona" && !link.ring.is_empty()) {
        parts.entry(link.ring.clone()).or_default().links.push(index as u32);
    }
    for ring in parts.values_mut() {
        ring.personas.sort_unstable();
        ring.personas.dedup();
    }
    parts
}

/// The families that a table names, in their own order.
fn families(joined: &str) -> Vec<EvidenceFamily> {
    EvidenceFamily::ALL.into_iter().filter(|family| joined.split("; ").any(|name| name == family.name())).collect()
}

/// A text column with absent cells as empty text.
fn text(table: &InTable, name: &str) -> Result<Vec<String>, Error> {
    Ok(table.text(name)?.into_iter().map(Option::unwrap_or_default).collect())
}

fn read_rings(table: &InTable) -> Result<Vec<CaseRing>, Error> {
    let numbers = |name| table.u64(name).map(Vec::into_iter);
    let column = |name| text(table, name).map(Vec::into_iter);
    let (mut rank, mut level, mut bits) = (numbers("rank")?, column("level")?, table.f64("weight_bits")?.into_iter());
    let (mut families, mut personas, mut operators) =
        (column("families")?, numbers("personas")?, numbers("operators")?);
    let (mut sites, mut records, mut reason) = (numbers("sites")?, numbers("records")?, column("reason")?);
    let mut next = move |id: String| {
        Some(CaseRing {
            id,
            rank: rank.next()? as u32,
            level: level.next()?,
            weight_bits: bits.next()?,
            families: families.next()?,
            personas: personas.next()? as u32,
            operators: operators.next()? as u32,
            sites: sites.next()? as u32,
            records: records.next()?,
            reason: reason.next()?,
        })
    };
    Ok(text(table, "ring_id")?.into_iter().map_while(&mut next).collect())
}

fn read_hubs(table: &InTable) -> Result<Vec<CaseHub>, Error> {
    let column = |name| text(table, name).map(Vec::into_iter);
    let (mut value, mut shown, mut reason) = (column("value")?, column("shown")?, column("reason")?);
    let mut holders = table.u64("holders")?.into_iter();
    let mut next = move |kind: String| {
        Some(CaseHub {
            kind,
            value: value.next()?,
            shown: shown.next()?,
            holders: holders.next()? as u32,
            reason: reason.next()?,
        })
    };
    Ok(text(table, "kind")?.into_iter().map_while(&mut next).collect())
}

fn read_set_aside(table: &InTable) -> Result<Vec<CaseGroup>, Error> {
    let column = |name| text(table, name).map(Vec::into_iter);
    let (mut guard, mut personas, mut reason) = (column("guard")?, column("personas")?, column("reason")?);
    let mut overrides = if table.has("overrides") { column("overrides")? } else { Vec::new().into_iter() };
    let mut next = move |id: String| {
        Some(CaseGroup {
            id,
            guard: guard.next()?,
            personas: personas.next()?.split(';').map(str::to_string).collect(),
            reason: reason.next()?,
            overrides: overrides.next().unwrap_or_default(),
        })
    };
    Ok(text(table, "group_id")?.into_iter().map_while(&mut next).collect())
}
