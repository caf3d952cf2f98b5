//! What is read from a source's rows: each mapped column in its kind and role, composite values from the columns that
//! belong together. Made once per source, before any row, from the config and from whole columns.

use super::date::{DateOrder, decide_order, parse_date};
use super::text::{Outcome, is_empty_word};
use super::{Context, Reader, TYPES, attribute, bank, date, name};
use crate::config::{AddedComparison, Source};
use crate::model::claim::{Cells, Role};
use crate::model::diagnostic::Diagnostic;
use crate::model::field::Field;
use crate::model::ids::SourceId;
use crate::model::record::RecordKind;
use crate::model::table::{RejectPlace, Table};
use crate::model::value::{AttributeType, IdentifierKind};
use std::sync::{Arc, OnceLock};

pub(super) type Read = fn(&str, Context<'_>) -> Outcome;

/// One thing that is read from every row.
pub(super) enum Task {
    /// Each value of one cell.
    Cell {
        kind: IdentifierKind,
        role: Role,
        field: Field,
        column: u16,
        cells: u32,
        dates: DateOrder,
        read: Read,
    },
    /// Given and family name of the row; several columns of one part are joined by a space.
    Name {
        role: Role,
        given: Vec<u16>,
        family: Vec<u16>,
        cells: u32,
    },
    Address(AddressTask),
    /// The address before or after a change, in one cell.
    ChangedAddress {
        column: u16,
        cells: u32,
        is_new: bool,
    },
    Account {
        routing: Option<u16>,
        number: Option<u16>,
        last4: Option<u16>,
        cells: u32,
    },
    Resume {
        column: u16,
        cells: u32,
    },
    /// Year, month and day of birth in three columns.
    BirthParts {
        columns: [u16; 3],
        cells: u32,
    },
    Attribute(AttributeTask),
}

/// A comparison of the config on its columns: texts of several columns are one value, of other types each is its own.
pub(super) struct AttributeTask {
    pub name: String,
    pub compared_as: AttributeType,
    /// Columns that make one value together, their cells, and the order of dates in the first of them.
    pub values: Vec<(Vec<u16>, u32, DateOrder)>,
}

/// The columns of the row's address, in the order of [`super::ADDRESS_FIELDS`].
pub(super) struct AddressTask {
    pub role: Role,
    pub columns: [Vec<u16>; 8],
    /// Cells of the whole address.
    pub cells: u32,
    /// Cells of city, region, postal code and country alone, where these have columns.
    pub part_cells: [Option<u32>; 4],
}

/// A source with its table and what is read from it.
pub(super) struct Plan<'a> {
    pub id: SourceId,
    pub source: &'a Source,
    pub table: &'a Table,
    pub tasks: Vec<Task>,
    /// Columns of the key; empty when the row number serves.
    pub key: Vec<u16>,
    pub valid_from: Vec<(u16, DateOrder)>,
    pub valid_to: Vec<(u16, DateOrder)>,
    /// When an event happened, where the source is one of events.
    pub moments: Vec<(u16, DateOrder)>,
    /// Referenced kind, columns of its key, and their cells.
    pub references: Vec<(RecordKind, Vec<u16>, u32)>,
    /// Per column of the table: whether its values are shown by their last four only.
    pub is_sensitive: Vec<bool>,
    /// By file of the table, made when something of it is refused: where a reject of a whole row stands, then where one of each
    /// column does.
    places: Vec<OnceLock<Vec<Arc<RejectPlace>>>>,
}

impl Plan<'_> {
    pub fn location(&self) -> String {
        format!("source \"{}\"", self.source.name)
    }

    /// Where a reject of that file stands: of a column, else of a whole row.
    pub fn place(&self, file: u32, column: Option<u16>) -> &Arc<RejectPlace> {
        let place = |column: &str, whole_row| {
            let (source, file) = (self.source.name.clone(), self.table.files[file as usize].shown.clone());
            Arc::new(RejectPlace { source, file, column: column.to_owned(), whole_row })
        };
        let places = self.places[file as usize].get_or_init(|| {
            let columns = self.table.names.iter().map(|name| place(name, false));
            std::iter::once(place("", true)).chain(columns).collect()
        });
        &places[column.map_or(0, |column| usize::from(column) + 1)]
    }

    pub fn cell(&self, row: usize, column: u16) -> Option<&str> {
        self.table.cell(row, usize::from(column))
    }

    pub fn column_name(&self, column: u16) -> &str {
        self.table.names.get(usize::from(column)).map_or("", String::as_str)
    }
}

/// In what role a source of that kind carries a field.
pub(super) fn role(kind: RecordKind, field: Field) -> Role {
    let is_place = super::ADDRESS_FIELDS.contains(&field);
    match field {
        Field::PayeeName => Role::Payee,
        Field::RefereeName | Field::RefereeEmail | Field::RefereePhone => Role::Referee,
        _ if is_place => match kind {
            RecordKind::Applicant | RecordKind::Employee | RecordKind::Person | RecordKind::PaymentAccount => {
                Role::Home
            }
            RecordKind::Device | RecordKind::Shipment | RecordKind::CarrierEvent => Role::Delivery,
            _ => Role::Own,
        },
        Field::GivenName | Field::FamilyName | Field::FullName | Field::Email | Field::Phone
            if kind == RecordKind::Shipment =>
        {
            Role::Delivery
        }
        _ => Role::Own,
    }
}

/// Finds the columns of a source and decides what whole columns decide: the order of dates, the shape of names.
/// A column that the table lacks is left out with a diagnostic.
pub(super) fn plan<'a>(
    id: SourceId,
    source: &'a Source,
    table: &'a Table,
    comparisons: &[AddedComparison],
    cells: &mut Vec<Cells>,
    diagnostics: &mut Vec<Diagnostic>,
) -> Plan<'a> {
    let mut builder = Builder { id, source, table, first_cells: cells.len(), cells, diagnostics };
    let fields: Vec<(Field, Vec<u16>)> =
        source.columns.iter().map(|(field, names)| (*field, builder.columns(names))).collect();
    let columns_of = |field: Field| -> Vec<u16> {
        fields.iter().filter(|(f, _)| *f == field).flat_map(|(_, columns)| columns.iter().copied()).collect()
    };
    let mut tasks = builder.tasks(&columns_of);
    builder.attribute_tasks(comparisons, &mut tasks);
    let valid_from = builder.dated(columns_of(Field::ValidFrom));
    let valid_to = builder.dated(columns_of(Field::ValidTo));
    let moments = match source.kind.is_event() {
        true => builder.dated([Field::Time, Field::Start, Field::Ordered].into_iter().flat_map(columns_of).collect()),
        false => Vec::new(),
    };
    let key = builder.columns(&source.key);
    // A composite key without one of its parts would make different rows one.
    let key = if key.len() == source.key.len() { key } else { Vec::new() };
    let mut references = Vec::with_capacity(source.references.len());
    for (kind, names) in &source.references {
        let columns = builder.columns(names);
        if !columns.is_empty() && columns.len() == names.len() {
            let cells = builder.cells(&columns);
            references.push((*kind, columns, cells));
        }
    }
    let mut is_sensitive = vec![false; table.names.len()];
    for (_, columns) in fields.iter().filter(|(field, _)| field.is_sensitive()) {
        columns.iter().for_each(|&column| is_sensitive[usize::from(column)] = true);
    }
    let places = vec![OnceLock::new(); table.files.len()];
    Plan { id, source, table, tasks, key, valid_from, valid_to, moments, references, is_sensitive, places }
}

struct Builder<'a, 'b> {
    id: SourceId,
    source: &'a Source,
    table: &'a Table,
    /// Where this source's entries in `cells` begin.
    first_cells: usize,
    cells: &'b mut Vec<Cells>,
    diagnostics: &'b mut Vec<Diagnostic>,
}

impl Builder<'_, '_> {
    /// The indexes of columns by name.
    fn columns(&mut self, names: &[String]) -> Vec<u16> {
        let mut columns = Vec::with_capacity(names.len());
        for name in names {
            match self.table.column(name).and_then(|at| u16::try_from(at).ok()) {
                Some(at) => columns.push(at),
                None => self.diagnostics.push(
                    Diagnostic::warning(
                        "missing-column",
                        self.location(),
                        format!("no column \"{name}\" in its table"),
                    )
                    .hint("check the name in [source.columns], key, references and [[comparison]] against the header"),
                ),
            }
        }
        columns
    }

    fn location(&self) -> String {
        format!("source \"{}\"", self.source.name)
    }

    /// The id of that set of columns.
    fn cells(&mut self, columns: &[u16]) -> u32 {
        let own = &self.cells[self.first_cells..];
        let at = match own.iter().position(|cells| cells.columns == columns) {
            Some(at) => self.first_cells + at,
            None => {
                self.cells.push(Cells { source: self.id, columns: columns.to_vec() });
                self.cells.len() - 1
            }
        };
        // A few per mapped column; a config with four billion columns does not load.
        u32::try_from(at).unwrap_or(u32::MAX)
    }

    /// Columns of dates with the order of day and month that each of them shows.
    fn dated(&mut self, columns: Vec<u16>) -> Vec<(u16, DateOrder)> {
        columns.into_iter().map(|column| (column, self.date_order(column))).collect()
    }

    /// The order that another date column of the source proves, if all that prove one agree.
    fn order_of_siblings(&self, column: u16) -> Option<DateOrder> {
        let mut orders = self
            .source
            .columns
            .iter()
            .filter(|(field, _)| is_dated(*field))
            .flat_map(|(_, names)| names)
            .filter_map(|name| self.table.column(name))
            .filter(|&sibling| sibling != usize::from(column))
            .map(|sibling| decide_order(self.table.columns[sibling].iter().flatten()))
            .filter(|order| matches!(order, DateOrder::MonthFirst | DateOrder::DayFirst));
        let first = orders.next()?;
        orders.all(|order| order == first).then_some(first)
    }

    fn date_order(&mut self, column: u16) -> DateOrder {
        let Some(cells) = self.table.columns.get(usize::from(column)) else { return DateOrder::MonthFirst };
        let decided = decide_order(cells.iter().flatten());
        let dotted = || cells.iter().flatten().all(|cell| cell.matches('.').count() == 2);
        let order = match decided {
            // Dates with dots are written day first wherever they are written.
            DateOrder::Ambiguous if dotted() => DateOrder::DayFirst,
            // Columns of one export are written one way.
            DateOrder::Ambiguous => self.order_of_siblings(column).unwrap_or(decided),
            decided => decided,
        };
        // A column of ISO dates needs no order, and nobody has to look at it.
        let reads_two_ways = |cell| {
            let first = parse_date(cell, DateOrder::MonthFirst);
            first.is_ok() && first != parse_date(cell, DateOrder::DayFirst)
        };
        if order == DateOrder::Ambiguous && cells.iter().flatten().any(reads_two_ways) {
            let name = &self.table.names[usize::from(column)];
            self.diagnostics.push(
                Diagnostic::warning(
                    "ambiguous-dates",
                    self.location(),
                    format!("column \"{name}\": no date tells day from month, all are read month first"),
                )
                .hint("export the column as YYYY-MM-DD"),
            );
        }
        order
    }

    fn tasks(&mut self, columns_of: &dyn Fn(Field) -> Vec<u16>) -> Vec<Task> {
        let kind = self.source.kind;
        let mut tasks = Vec::new();
        let (given, family) = (columns_of(Field::GivenName), columns_of(Field::FamilyName));
        let has_parts = !given.is_empty() || !family.is_empty();
        for column in columns_of(Field::FullName) {
            let is_person = kind != RecordKind::Person || has_parts || self.holds_people(column);
            let read: Read = if is_person {
                |raw, _| name::from_full(raw, name::Split::Person)
            } else {
                |raw, _| name::from_full(raw, name::Split::Unknown)
            };
            tasks.push(self.cell_task(IdentifierKind::Name, Field::FullName, column, read));
        }
        if has_parts {
            let cells = self.cells(&[given.as_slice(), &family].concat());
            tasks.push(Task::Name { role: role(kind, Field::GivenName), given, family, cells });
        }
        let columns = super::ADDRESS_FIELDS.iter().map(|&field| columns_of(field)).collect::<Vec<_>>();
        if let Ok(columns) = <[Vec<u16>; 8]>::try_from(columns)
            && columns.iter().any(|of_part| !of_part.is_empty())
        {
            let cells = self.cells(&columns.concat());
            let mut part_cells = [None; 4];
            for (part, of_part) in part_cells.iter_mut().zip(&columns[4..]) {
                *part = (!of_part.is_empty()).then(|| self.cells(of_part));
            }
            tasks.push(Task::Address(AddressTask { role: role(kind, Field::Address), columns, cells, part_cells }));
        }
        for (field, is_new) in [(Field::OldAddress, false), (Field::NewAddress, true)] {
            for column in columns_of(field) {
                let cells = self.cells(&[column]);
                tasks.push(Task::ChangedAddress { column, cells, is_new });
            }
        }
        self.account_tasks(columns_of, &mut tasks);
        for column in columns_of(Field::ResumeText) {
            let cells = self.cells(&[column]);
            tasks.push(Task::Resume { column, cells });
        }
        for entry in TYPES {
            let Reader::Cell(field, read) = entry.reader else { continue };
            let columns = columns_of(field);
            if let (Field::BirthDate, Ok(columns)) = (field, <[u16; 3]>::try_from(columns.as_slice()))
                && columns.iter().all(|&column| self.holds_parts_of_dates(column))
            {
                let cells = self.cells(&columns);
                tasks.push(Task::BirthParts { columns, cells });
                continue;
            }
            for column in columns {
                tasks.push(self.cell_task(entry.kind, field, column, read));
            }
        }
        tasks
    }

    fn cell_task(&mut self, kind: IdentifierKind, field: Field, column: u16, read: Read) -> Task {
        let dates = if is_dated(field) { self.date_order(column) } else { DateOrder::MonthFirst };
        let cells = self.cells(&[column]);
        Task::Cell { kind, role: role(self.source.kind, field), field, column, cells, dates, read }
    }

    /// What the config's comparisons read from the source.
    fn attribute_tasks(&mut self, comparisons: &[AddedComparison], tasks: &mut Vec<Task>) {
        for (comparison, names) in &self.source.compared {
            let Some(comparison) = comparisons.get(*comparison) else { continue };
            let columns = self.columns(names);
            let together = if attribute::is_text(comparison.compared_as) { columns.len().max(1) } else { 1 };
            let values = columns
                .chunks(together)
                .map(|columns| {
                    let dates = match comparison.compared_as {
                        AttributeType::Date => self.date_order(columns[0]),
                        _ => DateOrder::MonthFirst,
                    };
                    (columns.to_vec(), self.cells(columns), dates)
                })
                .collect();
            let (name, compared_as) = (comparison.name.clone(), comparison.compared_as);
            tasks.push(Task::Attribute(AttributeTask { name, compared_as, values }));
        }
    }

    /// Whether a column holds years, months or days: bare numbers of at most four digits, nine in ten of them.
    fn holds_parts_of_dates(&self, column: u16) -> bool {
        let Some(cells) = self.table.columns.get(usize::from(column)) else { return false };
        let (mut parts, mut all) = (0usize, 0usize);
        for cell in cells.iter().flatten().filter(|cell| !is_empty_word(cell)) {
            all += 1;
            parts += usize::from(date::is_part(cell));
        }
        all > 0 && parts * 10 >= all * 9
    }

    /// One account per account-number column, each with the routing number and the last four beside it: the one of its
    /// own place when there are as many, else the first.
    fn account_tasks(&mut self, columns_of: &dyn Fn(Field) -> Vec<u16>, tasks: &mut Vec<Task>) {
        let routing = columns_of(Field::RoutingNumber);
        let numbers = columns_of(Field::AccountNumber);
        let last_fours = columns_of(Field::AccountLast4);
        for &column in &routing {
            let read: Read = |raw, _| bank::routing(raw);
            tasks.push(self.cell_task(IdentifierKind::RoutingNumber, Field::RoutingNumber, column, read));
        }
        let count = numbers.len().max(last_fours.len());
        for at in 0..count {
            let routing = if routing.len() == count { routing.get(at) } else { routing.first() }.copied();
            let (number, last4) = (numbers.get(at).copied(), last_fours.get(at).copied());
            let columns: Vec<u16> = [routing, number, last4].into_iter().flatten().collect();
            let cells = self.cells(&columns);
            tasks.push(Task::Account { routing, number, last4, cells });
        }
        for column in columns_of(Field::Iban) {
            let read: Read = |raw, _| bank::iban(raw);
            tasks.push(self.cell_task(IdentifierKind::Account, Field::Iban, column, read));
        }
    }

    /// Whether a column of whole names holds people: most of its values read `Last, First`. Titles and organisations have
    /// commas too, so a number, a long part or a company's legal form speaks against it.
    fn holds_people(&self, column: u16) -> bool {
        let Some(cells) = self.table.columns.get(usize::from(column)) else { return false };
        let (mut people, mut all) = (0usize, 0usize);
        for cell in cells.iter().flatten() {
            all += 1;
            people += usize::from(looks_like_last_first(cell));
        }
        all > 0 && people * 2 > all
    }
}

/// Whether cells of a field hold dates, whose order of day and month the whole column decides.
fn is_dated(field: Field) -> bool {
    matches!(
        field,
        Field::BirthDate
            | Field::ValidFrom
            | Field::ValidTo
            | Field::Time
            | Field::Start
            | Field::End
            | Field::Ordered
            | Field::Completed
    )
}

fn looks_like_last_first(cell: &str) -> bool {
    let Some((last, first)) = cell.split_once(',') else { return false };
    let is_name = |part: &str| {
        let words = part.split_whitespace().count();
        (1..=3).contains(&words) && part.chars().all(|c| c.is_alphabetic() || matches!(c, ' ' | '.' | '-' | '\'' | '’'))
    };
    let is_legal_form = |part: &str| {
        let word: String = part.chars().filter(|c| c.is_alphabetic()).flat_map(char::to_lowercase).collect();
        matches!(
            word.as_str(),
            "inc" | "llc" | "ltd" | "corp" | "co" | "plc" | "gmbh" | "the" | "a" | "an" | "lp" | "llp"
        )
    };
    is_name(last) && is_name(first) && !is_legal_form(first)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn last_first_is_told_from_titles_and_firms() {
        for name in ["Whitfield, Dana", "Okafor, John Q.", "O'Brien, Mary-Ann", "Díaz, José"] {
            assert!(looks_like_last_first(name), "{name}");
        }
        for name in ["Dana Whitfield", "Example Staffing, Inc.", "Night, The", "Route 12, Main", "a, b, c"] {
            assert!(!looks_like_last_first(name), "{name}");
        }
    }

    #[test]
    fn roles_follow_the_kind_of_source() {
        for (kind, field, expected) in [
            (RecordKind::Employee, Field::Street, Role::Home),
            (RecordKind::Applicant, Field::Address, Role::Home),
            (RecordKind::PaymentAccount, Field::City, Role::Home),
            (RecordKind::Device, Field::Address, Role::Delivery),
            (RecordKind::Shipment, Field::Address, Role::Delivery),
            (RecordKind::Shipment, Field::Phone, Role::Delivery),
            (RecordKind::Shipment, Field::FullName, Role::Delivery),
            (RecordKind::Shipment, Field::TrackingNumber, Role::Own),
            (RecordKind::Device, Field::FullName, Role::Own),
            (RecordKind::Employee, Field::Phone, Role::Own),
            (RecordKind::PaymentAccount, Field::PayeeName, Role::Payee),
            (RecordKind::Applicant, Field::RefereePhone, Role::Referee),
            (RecordKind::CarrierEvent, Field::City, Role::Delivery),
            (RecordKind::SignIn, Field::City, Role::Own),
        ] {
            assert_eq!(role(kind, field), expected, "{kind:?} {field:?}");
        }
    }
}
