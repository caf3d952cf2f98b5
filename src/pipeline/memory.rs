//! The memory that a run may hold: told before a stage begins what it will need, a run stops with words instead of being
//! killed by the system.
//!
//! What a stage needs is estimated from what is there by then, by figures that were measured on a million people and on a
//! company of a million records (docs/performance.md), beside what the process holds at that moment. It is an estimate:
//! data of another shape may need more within a stage, and the next stage then says so.

use crate::config::Config;
use crate::model::claim::Claims;
use crate::model::diagnostic::Diagnostic;
use crate::model::table::Table;
use crate::store;

/// Bytes that one cell with something in it comes to when it is read: its claim, its share of the distinct values and of
/// what is held on the way.
const BYTES_PER_CELL: u64 = 60;
/// Bytes that resolving needs for a record beside its claims, a dozen candidate pairs included, and for a pair of near values.
const BYTES_PER_RECORD: u64 = 350;
const PAIRS_PER_RECORD: u64 = 12;
const BYTES_PER_NEAR_PAIR: u64 = 25;
/// Bytes that each further candidate pair needs while pairs are gathered and scored.
const BYTES_PER_PAIR: u64 = 24;
/// Bytes that a claim needs while shared values are weighed and assessed, and while the run is written and drawn, and what a
/// pair of near values needs to be weighed.
const BYTES_PER_WEIGHED_CLAIM: u64 = 30;
const BYTES_PER_WEIGHED_NEAR_PAIR: u64 = 16;
const BYTES_PER_WRITTEN_CLAIM: u64 = 50;

/// A megabyte as people count memory.
pub(super) const MEGABYTE: u64 = 1_000_000;

/// Whether the cells of these tables can be read into claims within the limit.
pub fn before_normalizing(config: &Config, tables: &[Table]) -> Result<(), Vec<Diagnostic>> {
    let cells: u64 = tables.iter().flat_map(|table| &table.columns).map(|column| column.filled() as u64).sum();
    check(config, "reading values", cells * BYTES_PER_CELL)
}

/// Whether the records can be resolved within the limit, and how many candidate pairs there is room for. `near` are pairs
/// of near values.
pub fn before_blocking(config: &Config, claims: &Claims, near: usize) -> Result<usize, Vec<Diagnostic>> {
    let pairs_max = (config.settings.bounds.candidate_pairs_millions * 1e6) as usize;
    let records = claims.records.len() as u64;
    let needed = records * BYTES_PER_RECORD + near as u64 * BYTES_PER_NEAR_PAIR;
    check(config, "resolving personas", needed)?;
    let Some((limit, held)) = limit_and_held(config) else { return Ok(pairs_max) };
    let room = records * PAIRS_PER_RECORD + limit.saturating_sub(held + needed) / BYTES_PER_PAIR;
    Ok(pairs_max.min(usize::try_from(room).unwrap_or(usize::MAX)))
}

/// Whether there is room for what comes after personas. `near` are pairs of near values.
pub fn before_weighing(config: &Config, claims: &Claims, near: usize) -> Result<(), Vec<Diagnostic>> {
    let needed = claims.claims.len() as u64 * BYTES_PER_WEIGHED_CLAIM + near as u64 * BYTES_PER_WEIGHED_NEAR_PAIR;
    check(config, "weighing shared values", needed)
}

/// Whether there is room for writing a whole run, with the bytes that were set aside until then.
pub fn before_writing(config: &Config, claims: &Claims, set_aside: u64) -> Result<(), Vec<Diagnostic>> {
    check(config, "writing the run", claims.claims.len() as u64 * BYTES_PER_WRITTEN_CLAIM + set_aside)
}

fn limit_and_held(config: &Config) -> Option<(u64, u64)> {
    Some((config.memory_limit?, store::memory_mb()? * MEGABYTE))
}

fn check(config: &Config, what: &str, needed: u64) -> Result<(), Vec<Diagnostic>> {
    let Some((limit, held)) = limit_and_held(config) else { return Ok(()) };
    if held + needed <= limit {
        return Ok(());
    }
    let megabytes = |bytes: u64| bytes.div_ceil(MEGABYTE);
    let message = format!(
        "{what} needs about {} MB beside the {} MB that are held, and the limit is {} MB; nothing was written",
        megabytes(needed),
        megabytes(held),
        megabytes(limit)
    );
    let hint = "raise --memory-limit, map fewer columns, or run parts of the data by themselves";
    Err(vec![Diagnostic::error("memory-limit", "", message).hint(hint)])
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    pub fn config(limit: Option<u64>) -> Config {
        let text =
            "[[source]]\nname = \"a\"\nkind = \"person\"\npath = \"a.csv\"\n[source.columns]\nemail = \"Email\"\n";
        let folder = tempfile::tempdir().expect("a temporary folder");
        std::fs::write(folder.path().join("a.csv"), "Email\na@example.com\n").expect("written");
        let path = folder.path().join("samehand.toml");
        let peek = |_: &std::path::Path, _| Ok(vec![String::from("Email")]);
        let (mut config, _) = crate::config::parse(text, &path, &peek).expect("a config");
        config.memory_limit = limit;
        config
    }

    #[test]
    fn a_limit_that_is_too_low_stops_with_words_and_one_that_is_enough_does_not() {
        let claims = Claims::default();
        assert!(before_blocking(&config(None), &claims, 0).is_ok());
        let enough = before_blocking(&config(Some(1 << 50)), &claims, 7).expect("enough");
        assert_eq!(enough, (config(None).settings.bounds.candidate_pairs_millions * 1e6) as usize);
        if store::memory_mb().is_some() {
            let low = config(Some(1));
            let refusals = [
                (before_blocking(&low, &claims, 0).map(|_| ()), "resolving personas"),
                (before_weighing(&low, &claims, 0), "weighing shared values"),
                (before_writing(&low, &claims, 0), "writing the run"),
            ];
            for (refusal, what) in refusals {
                let errors = refusal.expect_err("more is held already");
                assert_eq!(errors[0].code, "memory-limit");
                let message = &errors[0].message;
                assert!(message.starts_with(what) && message.contains("the limit is 1 MB"), "{message}");
            }
            // What cannot be had for the near values alone is refused too.
            let held = store::memory_mb().unwrap_or_default();
            let room_for_few = config(Some((held + 100) * MEGABYTE));
            assert!(before_blocking(&room_for_few, &claims, 100).is_ok());
            assert!(before_blocking(&room_for_few, &claims, 100_000_000).is_err());
        }
    }
}
