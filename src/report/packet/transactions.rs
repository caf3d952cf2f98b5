//! Where pay went: payments that were booked, accounts on file and changes of account, as the case's rows say.
//!
//! Nothing is added up and nothing is filled in: an amount stands only where a row holds one.

use crate::model::moment::Moment;
use crate::model::value::IdentifierKind;
use crate::report::case_file::{CaseFile, SourceCell, SourceRow};

/// One payment, account on file or change of account.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Transaction {
    /// ISO date or moment, UTC; the first day of an account on file.
    pub date: String,
    /// Last day of an account on file; empty where it is open.
    pub until: String,
    /// What the row is: `payment`, `account on file`, `change of account`.
    pub what: &'static str,
    pub amount: String,
    pub currency: String,
    pub originating_account: String,
    pub recipient_account: String,
    pub recipient_routing: String,
    pub recipient_name: String,
    /// Index of the member.
    pub member: usize,
    /// Index of the row.
    pub row: usize,
    /// Columns in which a number stands in full that the run knows by its last four only.
    pub full_number_columns: String,
}

impl Transaction {
    /// All of a case, by date.
    pub fn of_case(file: &CaseFile) -> Vec<Transaction> {
        let rows = file.rows.iter().enumerate();
        let mut all: Vec<Transaction> = rows.filter_map(|(at, row)| Transaction::of_row(at, row)).collect();
        all.sort();
        all
    }

    fn of_row(at: usize, row: &SourceRow) -> Option<Transaction> {
        let what = match row.kind.as_str() {
            "payment" => "payment",
            "payment_account" => "account on file",
            "payroll_change" => "change of account",
            _ => return None,
        };
        let first = |kind: &str| row.cells.iter().find(|cell| cell.kind == kind && !cell.value.is_empty());
        let raw = |kind: &str| first(kind).map_or(String::new(), |cell| shown(&cell.raw.text, &cell.value.text));
        let is_account = |cell: &&SourceCell| {
            matches!(cell.kind.as_str(), "account" | "wallet" | "payment_handle") && !cell.value.is_empty()
        };
        let accounts: Vec<&SourceCell> = row.cells.iter().filter(is_account).collect();
        let originates = |cell: &SourceCell| cell.role.contains("origin") || cell.role == "payer";
        let list = |from: bool| {
            let of_side = accounts.iter().filter(|cell| originates(cell) == from);
            let mut texts: Vec<&str> = of_side.map(|cell| cell.value.text.as_str()).collect();
            texts.dedup();
            texts.join("; ")
        };
        // The cell of a moment has its own text; of a table with validity the days stand beside each cell.
        // A moment that redaction took away leaves its month there as well.
        let (date, until) = match first("time").filter(|cell| cell.value.text.starts_with(|c: char| c.is_ascii_digit()))
        {
            Some(cell) => (cell.value.text.clone(), String::new()),
            None => row
                .cells
                .first()
                .map(|cell| (cell.valid_from.text.clone(), cell.valid_to.text.clone()))
                .unwrap_or_default(),
        };
        let sensitive = accounts
            .iter()
            .filter(|cell| IdentifierKind::from_name(&cell.kind).is_some_and(IdentifierKind::is_sensitive));
        let mut columns: Vec<&str> = sensitive.map(|cell| cell.columns.text.as_str()).collect();
        columns.dedup();
        Some(Transaction {
            date,
            until,
            what,
            amount: raw("amount"),
            currency: raw("currency"),
            originating_account: list(true),
            recipient_account: list(false),
            recipient_routing: raw("routing_number"),
            recipient_name: raw("payee_name"),
            member: row.member,
            row: at,
            full_number_columns: columns.join(" + "),
        })
    }
}

/// As delivered; several cells of one value are joined by a space.
pub fn shown(raw: &str, value: &str) -> String {
    if raw.is_empty() { value.to_string() } else { raw.replace(" | ", " ").trim().to_string() }
}

/// A moment as people read it, with its time zone: `2026-01-31 08:15:00 UTC`. A day alone stays a day.
pub fn with_zone(text: &str) -> String {
    match Moment::parse(text) {
        Some(moment) if moment.has_time => text.replace('T', " ").replace('Z', " UTC"),
        _ => text.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::packet::testing::case;

    #[test]
    fn an_account_on_file_has_days_and_no_amount_and_a_payment_has_both() {
        let all = Transaction::of_case(&case());
        assert_eq!(all.iter().map(|one| one.what).collect::<Vec<_>>(), ["account on file", "payment"]);
        assert_eq!((all[0].date.as_str(), all[0].until.as_str(), all[0].amount.as_str()), ("2025-01-02", "", ""));
        assert_eq!(all[0].recipient_account, "***1207");
        assert_eq!(all[0].full_number_columns, "Routing + Account");
        assert_eq!((all[1].amount.as_str(), all[1].currency.as_str()), ("4,200.00", "USD"));
        assert_eq!(all[1].date, "2025-02-01");
    }

    #[test]
    fn moments_name_their_zone_and_days_do_not() {
        assert_eq!(with_zone("2026-01-31T08:15:00Z"), "2026-01-31 08:15:00 UTC");
        assert_eq!(with_zone("2026-01-31"), "2026-01-31");
        assert_eq!(with_zone("2026-01"), "2026-01");
        assert_eq!(with_zone(""), "");
    }
}
