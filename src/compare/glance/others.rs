//! What has no place in a row, as one byte a column: documents, handles, photos and resumes. Few records have the same, and
//! the bytes say so.

use super::super::carried::{COLUMNS, Column, hash_of};
use super::super::{Context, DOCUMENT_NUMBER, GOVERNMENT_ID, HANDLE, PHOTO_HASH, RESUME};
use super::{DIFFERENT_VALUE, Glance};
use crate::model::ids::RecordId;

/// The columns, by byte; the last byte says whether there is a value of the config's own comparisons.
const BYTES: [Column; 6] = [
    Column::GovernmentId,
    Column::DocumentNumber,
    Column::Handle,
    Column::ProfileUrl,
    Column::PhotoHash,
    Column::ResumeLine,
];
const RESUME_BYTE: usize = 5;
const ADDED_BYTE: usize = 7;

/// No value; several, or one that has near ones. From [`FIRST`] on: one value, by a part of its hash. Of resumes: no line, one
/// that others have too, and [`FIRST`] where nobody else has any.
const NONE: u8 = 0;
const OPEN: u8 = 1;
const FIRST: u8 = 2;

/// By record.
#[derive(Default)]
pub struct Others(Vec<[u8; 8]>);

/// How two records of persons compare in one column.
enum Settled {
    NotObserved,
    Different,
    Open,
}

impl Others {
    /// Reads what the records of persons carry. Linear in records and lines of resumes.
    pub fn new(context: &Context) -> Others {
        let shared = SharedLines::of(context);
        let mut others = vec![[NONE; 8]; context.claims.records.len()];
        for &record in &context.people {
            others[record.index()] = read(context, &shared, record);
        }
        Others(others)
    }

    /// Whether the record has anything that is told here.
    pub fn has_any(&self, record: RecordId) -> bool {
        self.0[record.index()] != [NONE; 8]
    }

    #[inline]
    pub fn glance(&self, a: RecordId, b: RecordId, glance: &mut Glance) {
        let (x, y) = (&self.0[a.index()], &self.0[b.index()]);
        let settled = |byte: usize| match (x[byte], y[byte]) {
            (NONE, _) | (_, NONE) => Settled::NotObserved,
            (OPEN, _) | (_, OPEN) => Settled::Open,
            (x, y) if x == y => Settled::Open,
            _ => Settled::Different,
        };
        for (comparison, byte) in [(GOVERNMENT_ID, 0), (DOCUMENT_NUMBER, 1), (PHOTO_HASH, 4)] {
            glance.note(comparison, settled(byte));
        }
        // Handles and profiles are one comparison.
        glance.note(
            HANDLE,
            match (settled(2), settled(3)) {
                (Settled::Open, _) | (_, Settled::Open) => Settled::Open,
                (Settled::NotObserved, other) | (other, Settled::NotObserved) => other,
                _ => Settled::Different,
            },
        );
        // Lines that nobody shares are not shared by the two.
        glance.note(
            RESUME,
            match (x[RESUME_BYTE], y[RESUME_BYTE]) {
                (NONE, _) | (_, NONE) => Settled::NotObserved,
                (OPEN, OPEN) => Settled::Open,
                _ => Settled::Different,
            },
        );
        glance.others = x[ADDED_BYTE] != NONE && y[ADDED_BYTE] != NONE;
    }
}

impl Glance {
    #[inline]
    fn note(&mut self, comparison: usize, settled: Settled) {
        match settled {
            Settled::NotObserved => {}
            Settled::Different => self.settle(comparison, DIFFERENT_VALUE),
            Settled::Open => self.leave_open(comparison, 1),
        }
    }
}

fn read(context: &Context, shared: &SharedLines, record: RecordId) -> [u8; 8] {
    let mut bytes = [NONE; 8];
    for (byte, column) in bytes.iter_mut().zip(BYTES) {
        *byte = match context.held(record, column) {
            [] => NONE,
            lines if column == Column::ResumeLine => {
                if lines.iter().any(|&line| shared.has(line)) {
                    OPEN
                } else {
                    FIRST
                }
            }
            &[value] if !context.near.has_any(context.value(column, value)) => {
                FIRST + (hash_of(std::iter::once(value)) >> 32) as u8 % (u8::MAX - FIRST)
            }
            _ => OPEN,
        };
    }
    let has_added = |column: usize| !context.carried.of(record, column).is_empty();
    bytes[ADDED_BYTE] = u8::from((COLUMNS..COLUMNS + context.attributes.len()).any(has_added));
    bytes
}

/// Lines of resumes that two records and more have, one bit each.
struct SharedLines {
    once: Vec<u64>,
    twice: Vec<u64>,
}

impl SharedLines {
    fn of(context: &Context) -> SharedLines {
        let words = context.claims.dictionary.len().div_ceil(64);
        let mut lines = SharedLines { once: vec![0; words], twice: vec![0; words] };
        for &record in &context.people {
            for &line in context.held(record, Column::ResumeLine) {
                let (word, bit) = (line as usize / 64, 1 << (line % 64));
                lines.twice[word] |= lines.once[word] & bit;
                lines.once[word] |= bit;
            }
        }
        lines
    }

    fn has(&self, line: u32) -> bool {
        self.twice[line as usize / 64] >> (line % 64) & 1 == 1
    }
}
