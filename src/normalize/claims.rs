//! Whole tables to the claims table: which rows become records, what each of them asserts in which role, and whom it names.
//!
//! Rows are read in parallel, batch by batch, while what the batches before them said is interned: values of one kind one
//! after the other in record order, kinds beside each other, so that ids depend on neither the order of input rows nor the
//! number of threads. A bad cell costs that cell, a bad key that row, and both are told. What a value looks like in canonical
//! form is each kind's own file; what the config maps is in `plan`; stated references are resolved in `reference`.

use super::address::{self, AddressFields};
use super::plan::{AddressTask, AttributeTask, Plan, Task, plan};
use super::text::is_empty_word;
use super::{Context, attribute, bank, cells, date, email, handle, moment, name, reference, resume};
use crate::config::Config;
use crate::model::claim::{Claim, Claims, Period, Role};
use crate::model::diagnostic::Diagnostic;
use crate::model::ids::{RecordId, SourceId, ValueId};
use crate::model::moment::Moment;
use crate::model::record::{Record, RecordKind};
use crate::model::table::{Reject, Table};
use crate::model::value::{Dictionary, IdentifierKind, KindValues, Marks, Normalized};
use date::DateOrder;
use rayon::prelude::*;
use std::borrow::Cow;
use std::cmp::Ordering;
use std::sync::Arc;

/// What normalizing gives: the claims of every record, and what could not be used.
#[derive(Clone, Debug, Default)]
pub struct Normalization {
    /// Records, values, claims and stated references.
    pub claims: Claims,
    /// Rows and cells left out, sorted by source, file and row.
    pub rejects: Vec<Reject>,
    /// What somebody should know about keys, dates, references and columns; in the order of sources.
    pub diagnostics: Vec<Diagnostic>,
}

/// Rows that one task reads, and tasks of each thread between two rounds of interning: twice these, for one round is read
/// while another is interned, bound the memory that values take before they are interned (a few megabytes a task for wide
/// rows). They decide nothing else.
const ROWS_PER_BATCH: usize = 4096;
const BATCHES_PER_THREAD: usize = 2;

/// Reads every source's table (in the order of `config.sources`) into claims. A table that is missing counts as empty. Where
/// more columns are mapped than claims can point to, there are no claims, and an error among the diagnostics.
///
/// Linear in the number of cells, apart from sorting the keys.
pub fn normalize(config: &Config, tables: &[Table]) -> Normalization {
    let mut out = Normalization::default();
    let plans: Vec<Plan<'_>> = config
        .sources
        .iter()
        .zip(tables)
        .enumerate()
        .map(|(at, (source, table))| {
            let (cells, diagnostics) = (&mut out.claims.cells, &mut out.diagnostics);
            plan(SourceId::from(at), source, table, &config.comparisons, cells, diagnostics)
        })
        .collect();
    out.claims.starts.push(0);
    if out.claims.cells.len() > Claim::CELLS_MAX {
        let (many, most) = (out.claims.cells.len(), Claim::CELLS_MAX);
        let message =
            format!("{many} mapped columns and groups of columns are more than the {most} that a run can tell apart");
        let hint = "files of one layout can be one source: path = \"exports/*.csv\"";
        out.diagnostics.push(Diagnostic::error("too-many-mapped-columns", "", message).hint(hint));
        return out;
    }
    let mut gathered = Gathered::new();
    for plan in &plans {
        let rows = keyed_rows(plan, &mut out);
        read_rows(plan, &config.settings.default_region, rows, &mut gathered, &mut out);
    }
    gathered.settle(&mut out.claims);
    reference::resolve(&plans, &mut out);
    if !out.rejects.is_sorted() {
        out.rejects.par_sort_unstable();
    }
    out
}

/// A row with its key.
struct Keyed<'a> {
    key: Cow<'a, str>,
    row: u32,
}

/// The numbers of the rows that become records, sorted by key, which is read again where it is needed. A row without key, and
/// every later row with the same key, is left out.
fn keyed_rows(plan: &Plan<'_>, out: &mut Normalization) -> Vec<u32> {
    let table = plan.table;
    let rows = u32::try_from(table.rows()).unwrap_or(u32::MAX);
    if plan.key.is_empty() && rows > 0 {
        out.diagnostics.push(
            Diagnostic::note("no-key", plan.location(), "no key column, so row numbers serve as keys")
                .hint("name the column that identifies a row: key = \"…\"; row numbers change from export to export"),
        );
    }
    let mut keyed: Vec<Keyed> =
        (0..rows).into_par_iter().map(|row| Keyed { key: key_of(plan, row as usize), row }).collect();
    let order = |a: &Keyed, b: &Keyed| a.key.cmp(&b.key).then_with(|| in_file_order(table, a.row, b.row));
    // Many exports are in the order of their keys.
    if !keyed.par_windows(2).all(|two| order(&two[0], &two[1]).is_le()) {
        keyed.par_sort_unstable_by(order);
    }
    let is_sensitive = plan.key.iter().any(|&column| plan.is_sensitive[usize::from(column)]);
    let mut duplicates = 0u64;
    let mut kept: Vec<u32> = Vec::with_capacity(keyed.len());
    let mut last: Option<&Keyed> = None;
    for entry in &keyed {
        if entry.key.is_empty() {
            let reason = format!("no key: \"{}\" is empty", plan.source.key.join("\", \""));
            out.rejects.push(reject(plan, entry.row as usize, None, String::new(), reason));
            continue;
        }
        if let Some(first) = last.filter(|last| last.key == entry.key) {
            duplicates += 1;
            let origin = table.origins[first.row as usize];
            let file = file_shown(table, first.row as usize);
            let reason = format!("the key was seen before, in {file} row {}", origin.row);
            let value = cells::shown(&entry.key, is_sensitive);
            out.rejects.push(reject(plan, entry.row as usize, None, value, reason));
            continue;
        }
        last = Some(entry);
        kept.push(entry.row);
    }
    if duplicates > 0 {
        out.diagnostics.push(
            Diagnostic::warning(
                "duplicate-key",
                plan.location(),
                format!("{duplicates} rows were left out because an earlier row has the same key"),
            )
            .hint("when several columns together identify a row, name them all: key = [\"…\", \"…\"]"),
        );
    }
    kept
}

fn in_file_order(table: &Table, a: u32, b: u32) -> Ordering {
    let at = |row: u32| table.origins[row as usize];
    (at(a).file, at(a).row, a).cmp(&(at(b).file, at(b).row, b))
}

/// The key cells joined by `|`, or the row number, with its file where the source has several. Empty when all cells are.
fn key_of<'a>(plan: &'a Plan<'_>, row: usize) -> Cow<'a, str> {
    let table = plan.table;
    match plan.key.as_slice() {
        [] if table.files.len() > 1 => format!("{}:{}", file_shown(table, row), table.origins[row].row).into(),
        [] => table.origins[row].row.to_string().into(),
        [column] => plan.cell(row, *column).filter(|cell| !cell.trim().is_empty()).unwrap_or("").into(),
        columns => joined_key(plan, row, columns).unwrap_or_default().into(),
    }
}

/// Cells joined by `|`; `None` when all are empty.
pub(super) fn joined_key(plan: &Plan<'_>, row: usize, columns: &[u16]) -> Option<String> {
    let cell = |column: u16| plan.cell(row, column).unwrap_or("");
    if columns.iter().all(|&column| cell(column).trim().is_empty()) {
        return None;
    }
    Some(columns.iter().map(|&column| cell(column)).collect::<Vec<_>>().join("|"))
}

fn file_shown(table: &Table, row: usize) -> &str {
    table.origins.get(row).and_then(|origin| table.files.get(origin.file as usize)).map_or("", |file| &file.shown)
}

/// A reject of one cell, or of the whole row when there is no column.
pub(super) fn reject(
    plan: &Plan<'_>,
    row: usize,
    column: Option<u16>,
    value: String,
    reason: impl Into<Arc<str>>,
) -> Reject {
    let origin = plan.table.origins[row];
    let place = plan.place(origin.file, column).clone();
    Reject { place, row: origin.row, value: value.into_boxed_str(), reason: reason.into() }
}

/// Rejects among which one with the same reason is looked for.
const REASONS_LOOKED_AT: usize = 8;

/// What a batch of rows asserts: values by kind, and which row asserts them, in the order of rows. Used for one batch after
/// the other, so that its room is there already.
struct Batch {
    /// By kind.
    values: Vec<BatchValues>,
    items: Vec<Item>,
    /// Where each row's items end.
    row_ends: Vec<u32>,
    rejects: Vec<Reject>,
    counts: Vec<Count>,
    claims: BatchClaims,
}

/// The claims of a batch, the kind of each, and where those of each row end.
#[derive(Default)]
struct BatchClaims {
    claims: Vec<Claim>,
    kinds: Vec<IdentifierKind>,
    row_ends: Vec<usize>,
}

impl Batch {
    fn new(columns: usize) -> Batch {
        Batch {
            values: IdentifierKind::ALL.iter().map(|_| BatchValues::default()).collect(),
            items: Vec::new(),
            row_ends: Vec::new(),
            rejects: Vec::new(),
            counts: vec![Count::default(); columns],
            claims: BatchClaims::default(),
        }
    }

    fn clear(&mut self) {
        for values in &mut self.values {
            values.text.clear();
            values.ends.clear();
        }
        self.items.clear();
        self.row_ends.clear();
        self.rejects.clear();
        self.counts.fill(Count::default());
    }
}

/// Values of one kind, in the order in which the rows assert them.
#[derive(Default)]
struct BatchValues {
    text: String,
    /// End of each value in the text, and its marks.
    ends: Vec<(usize, Marks)>,
}

/// The next value of its kind, as a row asserts it.
struct Item {
    kind: IdentifierKind,
    role: Role,
    cells: u32,
    valid: Period,
}

/// What is counted per column for a note.
#[derive(Clone, Copy, Default)]
struct Count {
    restored: u64,
    generic: u64,
    dropped_lines: u64,
}

/// Values of the run so far, and the kind of each claim: a claim has its value's number in its kind until all are known.
#[derive(Default)]
struct Gathered {
    /// By kind.
    values: Vec<KindValues>,
    kinds: Vec<IdentifierKind>,
    /// The number of every value of the batches at hand in its kind: by kind, then by batch, in the order of the batch.
    numbers: Vec<Vec<Vec<u32>>>,
}

impl Gathered {
    fn new() -> Gathered {
        let values = IdentifierKind::ALL.iter().map(|_| KindValues::default()).collect();
        let numbers = IdentifierKind::ALL.iter().map(|_| Vec::new()).collect();
        Gathered { values, kinds: Vec::new(), numbers }
    }

    /// Gives every value of the batches its number.
    fn intern(&mut self, batches: &[Batch]) {
        let of_kind = |(kind, (values, numbers)): (usize, (&mut KindValues, &mut Vec<Vec<u32>>))| {
            numbers.resize_with(batches.len(), Vec::new);
            for (batch, numbers) in batches.iter().zip(numbers) {
                let BatchValues { text, ends } = &batch.values[kind];
                let mut start = 0;
                let number = |&(end, marks): &(usize, Marks)| {
                    let value = &text[start..end];
                    start = end;
                    values.intern(value, marks)
                };
                numbers.clear();
                numbers.extend(ends.iter().map(number));
            }
        };
        let kinds = self.values.par_iter_mut().zip(&mut self.numbers);
        kinds.enumerate().with_max_len(1).for_each(of_kind);
    }

    /// Makes the dictionary and gives the claims their values.
    fn settle(self, claims: &mut Claims) {
        let (dictionary, first) = Dictionary::of_kinds(self.values);
        claims.dictionary = dictionary;
        let kinds = self.kinds.par_chunks(CLAIMS_PER_TASK);
        claims.claims.par_chunks_mut(CLAIMS_PER_TASK).zip(kinds).for_each(|(claims, kinds)| {
            claims.iter_mut().zip(kinds).for_each(|(claim, &kind)| claim.value.0 += first[kind as usize]);
        });
    }
}

const CLAIMS_PER_TASK: usize = 1 << 16;

/// Reads the rows in record order and appends records, values and claims.
fn read_rows(plan: &Plan<'_>, region: &str, rows: Vec<u32>, gathered: &mut Gathered, out: &mut Normalization) {
    let mut counts = vec![Count::default(); plan.table.names.len()];
    let (before, rejected) = (out.claims.claims.len(), out.rejects.len());
    let first = ROWS_PER_BATCH * BATCHES_PER_THREAD * rayon::current_num_threads();
    let mut rounds = rows.chunks(first);
    // What was read, and what is read while that is interned.
    let (mut read, mut next) = (Vec::new(), Vec::new());
    read_round(plan, region, rounds.next().unwrap_or_default(), &mut read);
    for at in 0.. {
        let round = rounds.next();
        rayon::join(
            || round.into_iter().for_each(|rows| read_round(plan, region, rows, &mut next)),
            || {
                if at == 1 {
                    // As many claims a row as in the first round, and some more.
                    let claims = out.claims.claims.len() - before;
                    let rest = (rows.len() - first) * (claims + claims / 16) / first;
                    out.claims.claims.reserve(rest);
                    gathered.kinds.reserve(rest);
                    out.claims.starts.reserve(rows.len() - first);
                    let rejected = out.rejects.len() - rejected;
                    out.rejects.reserve((rows.len() - first) * (rejected + rejected / 16) / first);
                }
                gathered.intern(&read);
                assemble(&mut read, &mut counts, gathered, out);
            },
        );
        std::mem::swap(&mut read, &mut next);
        if round.is_none() {
            break;
        }
    }
    out.claims.keys.reserve(rows.len(), 0);
    rows.iter().for_each(|&row| _ = out.claims.keys.push(&key_of(plan, row as usize)));
    let records = rows.into_par_iter().map(|row| {
        let origin = plan.table.origins[row as usize];
        let (source, kind) = (plan.id, plan.source.kind);
        Record { source, kind, file: origin.file, row: origin.row, table_row: row }
    });
    out.claims.records.par_extend(records);
    for (name, count) in plan.table.names.iter().zip(&counts) {
        let mut note = |code, number: u64, message: &str, hint: &str| {
            if number > 0 {
                out.diagnostics.push(
                    Diagnostic::note(code, plan.location(), format!("column \"{name}\": {number} {message}"))
                        .hint(hint),
                );
            }
        };
        note(
            "restored-zeros",
            count.restored,
            "values got back the leading zeros that a spreadsheet had eaten",
            "export the column as text",
        );
        note(
            "generic-values",
            count.generic,
            "values are placeholders; they are kept and never link",
            "look at them when there are more than you expect",
        );
        note(
            "resume-lines-dropped",
            count.dropped_lines,
            "lines were left out of texts that have more lines than a resume",
            "map a column that holds the resume only",
        );
    }
}

/// Reads rows into batches.
fn read_round(plan: &Plan<'_>, region: &str, rows: &[u32], batches: &mut Vec<Batch>) {
    batches.resize_with(rows.len().div_ceil(ROWS_PER_BATCH), || Batch::new(plan.table.names.len()));
    batches.par_iter_mut().zip(rows.par_chunks(ROWS_PER_BATCH)).for_each(|(batch, rows)| {
        batch.clear();
        read_batch(plan, region, rows, batch);
    });
}

/// Appends the claims of the batches in record order, sorted by kind and value within a record; the same value in the same
/// role is one claim.
fn assemble(batches: &mut [Batch], counts: &mut [Count], gathered: &mut Gathered, out: &mut Normalization) {
    let claims = &mut out.claims;
    let mut first_record = claims.starts.len() - 1;
    let first_records: Vec<usize> = batches
        .iter()
        .map(|batch| {
            let first = first_record;
            first_record += batch.row_ends.len();
            first
        })
        .collect();
    let numbers = &gathered.numbers;
    batches
        .par_iter_mut()
        .zip(first_records)
        .enumerate()
        .for_each(|(at, (batch, first))| claims_of(batch, |kind| &numbers[kind][at], first));
    for batch in batches {
        let before = claims.claims.len();
        claims.claims.extend_from_slice(&batch.claims.claims);
        gathered.kinds.extend_from_slice(&batch.claims.kinds);
        // Claims are counted in 32 bits like the values they point to; ingest bounds the rows long before.
        let ends = batch.claims.row_ends.iter().map(|&end| u32::try_from(before + end).unwrap_or(u32::MAX));
        claims.starts.extend(ends);
        out.rejects.append(&mut batch.rejects);
        for (sum, count) in counts.iter_mut().zip(&batch.counts) {
            sum.restored += count.restored;
            sum.generic += count.generic;
            sum.dropped_lines += count.dropped_lines;
        }
    }
}

/// Makes the claims of one batch.
fn claims_of<'n>(batch: &mut Batch, numbers: impl Fn(usize) -> &'n [u32], first_record: usize) {
    let BatchClaims { claims, kinds, row_ends } = &mut batch.claims;
    claims.clear();
    kinds.clear();
    row_ends.clear();
    claims.reserve(batch.items.len());
    kinds.reserve(batch.items.len());
    let mut next = vec![0usize; batch.values.len()];
    let mut of_record: Vec<(IdentifierKind, ValueId, Role, u32, Period)> = Vec::new();
    let mut start = 0usize;
    for (row, &end) in batch.row_ends.iter().enumerate() {
        let record = RecordId::from(first_record + row);
        of_record.clear();
        for item in &batch.items[start..end as usize] {
            let at = &mut next[item.kind as usize];
            let value = ValueId(numbers(item.kind as usize)[*at]);
            *at += 1;
            of_record.push((item.kind, value, item.role, item.cells, item.valid));
        }
        start = end as usize;
        of_record.sort_unstable();
        of_record.dedup_by_key(|(kind, value, role, ..)| (*kind, *value, *role));
        for &(kind, value, role, cells, valid) in &of_record {
            claims.push(Claim::new(record, value, role, cells, valid));
            kinds.push(kind);
        }
        row_ends.push(claims.len());
    }
}

fn read_batch(plan: &Plan<'_>, region: &str, rows: &[u32], out: &mut Batch) {
    out.items.reserve(rows.len() * plan.tasks.len());
    let scratch = address::Scratch::default();
    let mut reader = RowReader { plan, region, row: 0, valid: Period::ALWAYS, first_reject: 0, scratch, out };
    rows.iter().for_each(|&row| reader.read(row as usize));
}

/// Reads one row after the other into a batch.
struct RowReader<'a, 'b> {
    plan: &'a Plan<'a>,
    region: &'a str,
    row: usize,
    valid: Period,
    /// Where the current row's rejects begin.
    first_reject: usize,
    /// For the addresses of all rows.
    scratch: address::Scratch,
    out: &'b mut Batch,
}

impl<'a> RowReader<'a, '_> {
    fn read(&mut self, row: usize) {
        self.row = row;
        self.first_reject = self.out.rejects.len();
        self.valid = self.period();
        let plan = self.plan;
        for task in &plan.tasks {
            match task {
                Task::Cell { kind, role, field, column, cells, dates, read } => {
                    let Some(cell) = self.cell(*column) else { continue };
                    let context = Context { region: self.region, dates: *dates };
                    cells::each_value(*field, cell, |value| match read(value, context) {
                        Ok(None) => {}
                        Ok(Some(value)) => {
                            if *kind == IdentifierKind::ProfileUrl
                                && let Some(handle) = handle::handle_of_url(&value.text)
                            {
                                self.claim(IdentifierKind::Handle, *role, *cells, *column, &Normalized::new(handle));
                            }
                            self.claim(*kind, *role, *cells, *column, &value);
                        }
                        Err(reason) => {
                            self.reject(*column, value, reason);
                            let damaged = match kind {
                                IdentifierKind::BirthDate => date::damaged(value),
                                IdentifierKind::Email => email::damaged(value),
                                _ => None,
                            };
                            if let Some(value) = damaged {
                                self.claim(*kind, *role, *cells, *column, &value);
                            }
                        }
                    });
                }
                Task::Name { role, given, family, cells } => self.name(*role, given, family, *cells),
                Task::Address(task) => self.address(task),
                Task::ChangedAddress { column, cells, is_new } => self.changed_address(*column, *cells, *is_new),
                Task::Account { routing, number, last4, cells } => self.account(*routing, *number, *last4, *cells),
                Task::Resume { column, cells } => {
                    let Some(cell) = self.cell(*column) else { continue };
                    let found = resume::split(cell);
                    self.out.counts[usize::from(*column)].dropped_lines += found.dropped as u64;
                    for line in &found.lines {
                        self.claim(IdentifierKind::ResumeLine, Role::Own, *cells, *column, line);
                    }
                }
                Task::BirthParts { columns, cells } => self.birth_parts(columns, *cells),
                Task::Attribute(task) => self.attribute(task),
            }
        }
        // A batch is a few thousand rows of a few hundred values at most.
        self.out.row_ends.push(u32::try_from(self.out.items.len()).unwrap_or(u32::MAX));
    }

    fn cell(&self, column: u16) -> Option<&'a str> {
        self.plan.cell(self.row, column)
    }

    fn claim(&mut self, kind: IdentifierKind, role: Role, cells: u32, column: u16, value: &Normalized) {
        self.claim_text(kind, role, cells, column, &value.text, value.marks);
    }

    fn claim_text(&mut self, kind: IdentifierKind, role: Role, cells: u32, column: u16, text: &str, marks: Marks) {
        self.out.values[kind as usize].text.push_str(text);
        self.claim_written(kind, role, cells, column, marks);
    }

    /// A value whose text stands behind the others of its kind already.
    fn claim_written(&mut self, kind: IdentifierKind, role: Role, cells: u32, column: u16, marks: Marks) {
        let count = &mut self.out.counts[usize::from(column)];
        count.restored += u64::from(marks.has(Marks::RESTORED));
        count.generic += u64::from(marks.has(Marks::GENERIC));
        let values = &mut self.out.values[kind as usize];
        values.ends.push((values.text.len(), marks));
        self.out.items.push(Item { kind, role, cells, valid: self.valid });
    }

    /// Where somebody lived until a change, or lives since.
    fn changed_address(&mut self, column: u16, cells: u32, is_new: bool) {
        let Some(cell) = self.cell(column) else { return };
        let day = self.valid;
        match super::address::address(cell, self.region) {
            Ok(None) => {}
            Ok(Some(value)) => {
                self.valid = match is_new {
                    true => Period { to: i32::MAX, ..day },
                    false => Period { from: i32::MIN, ..day },
                };
                self.claim(IdentifierKind::Address, Role::Home, cells, column, &value);
                self.valid = day;
            }
            Err(reason) => self.reject(column, cell, reason),
        }
    }

    /// Notes that a cell could not be used, once per cell.
    fn reject(&mut self, column: u16, value: &str, reason: String) {
        let name = self.plan.column_name(column);
        if self.out.rejects[self.first_reject..].iter().any(|reject| reject.place.column == name) {
            return;
        }
        let value = cells::shown(value, self.plan.is_sensitive[usize::from(column)]);
        let before = self.out.rejects.iter().rev().take(REASONS_LOOKED_AT).find(|reject| *reject.reason == *reason);
        let reason = before.map_or_else(|| reason.as_str().into(), |before| before.reason.clone());
        self.out.rejects.push(reject(self.plan, self.row, Some(column), value, reason));
    }

    /// The days on which what the row says holds. An end before the start is refused, and the period is open. What an
    /// event says holds on its day; an account that pay was changed to holds from then on.
    fn period(&mut self) -> Period {
        let plan = self.plan;
        if let Some((day, _)) = self.moment(&plan.moments) {
            let to = if plan.source.kind == RecordKind::PayrollChange { i32::MAX } else { day };
            return Period { from: day, to };
        }
        let from = self.day(&plan.valid_from);
        let to = self.day(&plan.valid_to);
        if let (Some((start, _)), Some((end, column))) = (from, to)
            && end < start
        {
            let value = self.cell(column).unwrap_or("");
            self.reject(column, value, String::from("ends before it begins; the period is treated as open"));
            return Period::ALWAYS;
        }
        Period { from: from.map_or(i32::MIN, |(day, _)| day), to: to.map_or(i32::MAX, |(day, _)| day) }
    }

    /// The day in UTC of the first moment in those columns. Its faults are told where the cell is read for itself.
    fn moment(&self, columns: &[(u16, DateOrder)]) -> Option<(i32, u16)> {
        columns.iter().find_map(|&(column, order)| {
            let value = moment::moment(self.cell(column)?, order).ok()??;
            Some((Moment::parse(&value.text)?.day(), column))
        })
    }

    /// The first date in those columns, with its column.
    fn day(&mut self, columns: &[(u16, DateOrder)]) -> Option<(i32, u16)> {
        let mut found = None;
        for &(column, order) in columns {
            let Some(cell) = self.cell(column) else { continue };
            match date::parse_date(cell, order) {
                Ok(Some(date)) if found.is_none() => found = Some((date.days, column)),
                Ok(_) => {}
                Err(reason) => self.reject(column, cell, reason),
            }
        }
        found
    }

    /// The cells of several columns in one text, joined by `separator`, with the first column that is not empty.
    fn joined(&self, columns: &[u16], separator: &str) -> Option<(Cow<'a, str>, u16)> {
        let mut found: Option<(Cow<'a, str>, u16)> = None;
        for &column in columns {
            let Some(cell) = self.cell(column) else { continue };
            match &mut found {
                None => found = Some((Cow::Borrowed(cell), column)),
                Some((text, _)) => {
                    let text = text.to_mut();
                    text.push_str(separator);
                    text.push_str(cell);
                }
            }
        }
        found
    }

    fn name(&mut self, role: Role, given: &[u16], family: &[u16], cells: u32) {
        let (given, family) = (self.joined(given, " "), self.joined(family, " "));
        let Some(column) = given.as_ref().or(family.as_ref()).map(|(_, column)| *column) else { return };
        let text = |part: &Option<(Cow<'a, str>, u16)>| part.as_ref().map(|(text, _)| text.clone());
        let (given_text, family_text) = (text(&given), text(&family));
        match name::from_parts(given_text.as_deref(), family_text.as_deref()) {
            Ok(None) => {}
            Ok(Some(value)) => self.claim(IdentifierKind::Name, role, cells, column, &value),
            Err(reason) => {
                let value = given_text.or(family_text).unwrap_or_default();
                self.reject(column, &value, reason);
            }
        }
    }

    /// A birth date from year, month and day in three cells; nothing unless all three are there.
    fn birth_parts(&mut self, columns: &[u16; 3], cells: u32) {
        let [Some(year), Some(month), Some(day)] = columns.map(|column| self.cell(column)) else { return };
        match date::birth_parts(year, month, day) {
            Ok(None) => {}
            Ok(Some(value)) => self.claim(IdentifierKind::BirthDate, Role::Own, cells, columns[0], &value),
            Err(reason) => {
                let text = format!("{year}-{month}-{day}");
                self.reject(columns[0], &text, reason);
                if let Some(value) = date::damaged(&text) {
                    self.claim(IdentifierKind::BirthDate, Role::Own, cells, columns[0], &value);
                }
            }
        }
    }

    /// The values of a comparison that the config adds.
    fn attribute(&mut self, task: &AttributeTask) {
        for (columns, cells, dates) in &task.values {
            // Each cell is looked at by itself, so that a word for nothing adds nothing to the others.
            let said = columns.iter().copied().filter(|&column| self.cell(column).is_some_and(|c| !is_empty_word(c)));
            let said: Vec<u16> = said.collect();
            let Some((text, column)) = self.joined(&said, " ") else { continue };
            match attribute::attribute(&task.name, &text, task.compared_as, *dates) {
                Ok(None) => {}
                Ok(Some(value)) => self.claim(IdentifierKind::Attribute, Role::Own, *cells, column, &value),
                Err(reason) => self.reject(column, &text, reason),
            }
        }
    }

    /// The row's address, and its city, region, postal code and country as attributes beside it.
    fn address(&mut self, task: &AddressTask) {
        // Lines are joined by a comma: a second line is a segment of its own.
        let [address, street_number, street, unit, city, region, postal_code, country] =
            std::array::from_fn(|at| self.joined(&task.columns[at], if at >= 4 { " " } else { ", " }));
        let all = [&address, &street_number, &street, &unit, &city, &region, &postal_code, &country];
        let Some((first, column)) = all.into_iter().flatten().next().map(|(text, column)| (text.clone(), *column))
        else {
            return;
        };
        fn text<'t>(part: &'t Option<(Cow<'_, str>, u16)>) -> Option<&'t str> {
            part.as_ref().map(|(text, _)| text.as_ref())
        }
        let fields = AddressFields {
            address: text(&address),
            street_number: text(&street_number),
            street: text(&street),
            unit: text(&unit),
            city: text(&city),
            region: text(&region),
            postal_code: text(&postal_code),
            country: text(&country),
        };
        // The canonical text is written where it is to stand, and its parts are read from there.
        let mut addresses = std::mem::take(&mut self.out.values[IdentifierKind::Address as usize].text);
        let start = addresses.len();
        let written = address::from_parts_into(fields, self.region, &mut self.scratch, &mut addresses);
        let parsed = address::parse(&addresses[start..]);
        let has_place = parsed.is_some_and(|parsed| parsed.has_place());
        if let (Ok(Some(marks)), Some(parsed)) = (&written, parsed) {
            let of = |part: &Option<(Cow<'_, str>, u16)>| part.as_ref().map_or(column, |(_, column)| *column);
            // A country that was only inferred is nobody's claim.
            let stated_country = if country.is_some() { parsed.country } else { "" };
            let restored = Marks(marks.0 & Marks::RESTORED.0);
            let parts = [
                (IdentifierKind::City, parsed.city, &city, Marks::NONE),
                (IdentifierKind::Region, parsed.region, &region, Marks::NONE),
                (IdentifierKind::PostalCode, parsed.postal_code, &postal_code, restored),
                (IdentifierKind::Country, stated_country, &country, Marks::NONE),
            ];
            for (at, (kind, text, part, marks)) in parts.into_iter().enumerate() {
                if !text.is_empty() {
                    let cells = task.part_cells[at].filter(|_| part.is_some()).unwrap_or(task.cells);
                    self.claim_text(kind, task.role, cells, of(part), text, marks);
                }
            }
        }
        if !has_place {
            addresses.truncate(start);
        }
        self.out.values[IdentifierKind::Address as usize].text = addresses;
        match written {
            Ok(Some(marks)) if has_place => {
                // The restored zero is counted with the postal code.
                let marks = Marks(marks.0 & !Marks::RESTORED.0);
                self.claim_written(IdentifierKind::Address, task.role, task.cells, column, marks);
            }
            Ok(_) => {}
            Err(reason) => self.reject(column, &first, reason),
        }
    }

    /// An account from the cells that belong to it. A number that cannot be used leaves the last four to stand for it.
    fn account(&mut self, routing: Option<u16>, number: Option<u16>, last4: Option<u16>, cells: u32) {
        let in_row = |column: Option<u16>| column.and_then(|column| Some((column, self.cell(column)?)));
        let (routing, number, last4) = (in_row(routing), in_row(number), in_row(last4));
        // A bad routing number is refused where it is read for itself.
        let routing = routing.and_then(|(_, cell)| bank::routing(cell).ok().flatten());
        let routing = routing.as_ref().map(|value| value.text.as_str());
        for (column, cell, is_number) in
            [number.map(|(column, cell)| (column, cell, true)), last4.map(|(column, cell)| (column, cell, false))]
                .into_iter()
                .flatten()
        {
            let outcome = match is_number {
                true if looks_like_iban(cell) => bank::iban(cell),
                true => bank::account(routing, Some(cell), None),
                false => bank::account(routing, None, Some(cell)),
            };
            match outcome {
                Ok(None) => {}
                Ok(Some(value)) => return self.claim(IdentifierKind::Account, Role::Own, cells, column, &value),
                Err(reason) => self.reject(column, cell, reason),
            }
        }
    }
}

/// Two letters and two digits in front of at least eleven more characters: check digits decide.
fn looks_like_iban(cell: &str) -> bool {
    let mut signs = cell.bytes().filter(|b| !b.is_ascii_whitespace());
    let head: [Option<u8>; 4] = std::array::from_fn(|_| signs.next());
    matches!(head, [Some(a), Some(b), Some(c), Some(d)]
        if a.is_ascii_alphabetic() && b.is_ascii_alphabetic() && c.is_ascii_digit() && d.is_ascii_digit()
            && !a.eq_ignore_ascii_case(&b'x'))
        && signs.count() >= 11
}

#[cfg(test)]
#[path = "claims_tests.rs"]
mod tests;
