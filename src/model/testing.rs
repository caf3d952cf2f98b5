//! Claims made by hand for the tests of the stages.

use super::claim::{Cells, Claim, Claims, Period, Reference, Role};
use super::ids::{RecordId, SourceId};
use super::record::{Record, RecordKind};
use super::value::{IdentifierKind, Marks};

/// Builds claims record by record.
#[derive(Default)]
pub struct Builder {
    claims: Claims,
}

impl Builder {
    pub fn new() -> Self {
        let mut claims = Claims::default();
        claims.cells.push(Cells { source: SourceId(0), columns: vec![0] });
        Self { claims }
    }

    /// Adds a record; its key is its number.
    pub fn record(&mut self, kind: RecordKind) -> RecordId {
        let id = RecordId::from(self.claims.records.len());
        self.claims.records.push(Record {
            source: SourceId(0),
            kind,
            file: 0,
            row: u64::from(id.0) + 1,
            table_row: id.0,
        });
        self.claims.keys.push(&format!("{:06}", id.0));
        id
    }

    /// Adds as many persons who claim nothing: the population that others are weighed against.
    pub fn crowd(&mut self, count: usize) {
        for _ in 0..count {
            self.record(RecordKind::Applicant);
        }
    }

    /// The record carries the value from–to in that role.
    pub fn claim_in(&mut self, record: RecordId, kind: IdentifierKind, text: &str, role: Role, valid: Period) {
        let value = self.claims.dictionary.intern(kind, text, Marks::NONE);
        self.claims.claims.push(Claim::new(record, value, role, 0, valid));
    }

    /// The record carries the value as its own; an address as its home.
    pub fn claim(&mut self, record: RecordId, kind: IdentifierKind, text: &str) {
        let role = if kind == IdentifierKind::Address { Role::Home } else { Role::Own };
        self.claim_in(record, kind, text, role, Period::ALWAYS);
    }

    /// A person with a name.
    pub fn person(&mut self, name: &str) -> RecordId {
        let record = self.record(RecordKind::Applicant);
        self.claim(record, IdentifierKind::Name, name);
        record
    }

    pub fn reference(&mut self, from: RecordId, to: RecordId) {
        self.claims.references.push(Reference { from, to, cells: 0 });
    }

    /// The finished claims, sorted as normalizing leaves them.
    pub fn build(mut self) -> Claims {
        let dictionary = &self.claims.dictionary;
        self.claims.claims.sort_by_key(|claim| (claim.record, dictionary.kind(claim.value), claim.value, claim.role()));
        let mut starts = vec![0u32; self.claims.records.len() + 1];
        for claim in &self.claims.claims {
            starts[claim.record.index() + 1] += 1;
        }
        for index in 1..starts.len() {
            starts[index] += starts[index - 1];
        }
        self.claims.starts = starts;
        self.claims.references.sort_unstable();
        self.claims
    }
}
