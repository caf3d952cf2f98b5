//! The tables of a packet as CSV. Each line names the cells of the input that it rests on.

use super::exhibits::cited;
use super::indicators::{Indicator, days_of};
use super::transactions::{Transaction, with_zone};
use super::{Packet, hides};
use crate::model::csv_text::table;
use crate::model::value::IdentifierKind;

/// Exhibits that one cell of a table names.
const EXHIBITS_NAMED: usize = 24;

/// `subjects.csv`: one line per persona.
pub fn subjects(packet: &Packet) -> String {
    let headers = [
        "subject",
        "persona",
        "name_as_presented",
        "other_names",
        "named_identity",
        "operator_cluster",
        "address",
        "phones",
        "emails",
        "profiles_and_handles",
        "ips",
        "first_seen",
        "last_seen",
        "records",
        "source_cells",
        "exhibits",
    ];
    let rows = packet.file.members.iter().enumerate().map(|(at, member)| {
        let all = |kinds: &[&str]| packet.values_of(at, kinds);
        let groups =
            [all(&["address"]), all(&["phone"]), all(&["email"]), all(&["profile_url", "handle"]), all(&["ip"])];
        let days: Vec<(String, String)> =
            member.rows.iter().filter_map(|&row| days_of(&packet.file.rows.get(row)?.cells)).collect();
        let mut numbers: Vec<usize> = member.rows.iter().filter_map(|&row| packet.exhibits.of_row(row)).collect();
        numbers.sort_unstable();
        let mut sources: Vec<&String> = groups.iter().flat_map(|(_, from)| from).collect();
        sources.dedup();
        let mut cells = vec![
            (at + 1).to_string(),
            member.persona.text.clone(),
            member.name.text.clone(),
            member.other_names.iter().map(|name| name.text.as_str()).collect::<Vec<_>>().join("; "),
            packet.identity_note(at),
            member.operator.map(|operator| (operator + 1).to_string()).unwrap_or_default(),
        ];
        cells.extend(groups.iter().map(|(values, _)| values.join("; ")));
        cells.extend([
            days.iter().map(|day| day.0.clone()).min().unwrap_or_default(),
            days.iter().map(|day| day.1.clone()).max().unwrap_or_default(),
            member.rows.len().to_string(),
            sources.iter().map(|source| source.as_str()).collect::<Vec<_>>().join("; "),
            cited(&numbers, EXHIBITS_NAMED),
        ]);
        cells
    });
    table(&headers, rows)
}

/// `transactions.csv`: what the filer tells, then what rows say.
pub fn transactions(packet: &Packet) -> String {
    let headers = [
        "date",
        "until",
        "what",
        "amount",
        "currency",
        "originating_account",
        "recipient_account",
        "recipient_routing",
        "recipient_name",
        "persona",
        "full_number_at",
        "source_row",
        "exhibits",
    ];
    let told = (0..packet.facts.count("transaction")).map(|at| {
        let get = |key: &str| packet.facts.get("transaction", at, key);
        let either = |a: &str, b: &str| if get(a).is_empty() { get(b).to_string() } else { get(a).to_string() };
        let what = if get("type").is_empty() { "told by the person who files" } else { get("type") };
        vec![
            get("date").to_string(),
            String::new(),
            what.to_string(),
            get("amount").to_string(),
            get("currency").to_string(),
            either("originating_account", "originating_wallet"),
            either("recipient_account", "recipient_wallet"),
            get("recipient_routing").to_string(),
            get("recipient_name").to_string(),
            String::new(),
            String::new(),
            "facts file".to_string(),
            String::new(),
        ]
    });
    let known = Transaction::of_case(packet.file).into_iter().map(|one| {
        vec![
            with_zone(&one.date),
            one.until.clone(),
            one.what.to_string(),
            one.amount.clone(),
            one.currency.clone(),
            one.originating_account.clone(),
            one.recipient_account.clone(),
            one.recipient_routing.clone(),
            one.recipient_name.clone(),
            packet.file.called(one.member),
            packet.full_number(&one),
            packet.row_named(one.row),
            packet.exhibits.of_row(one.row).map(|number| cited(&[number], 1)).unwrap_or_default(),
        ]
    });
    table(&headers, told.chain(known))
}

/// `indicators.csv`: one line per value.
pub fn indicators(packet: &Packet) -> String {
    let headers = [
        "kind",
        "value",
        "roles",
        "first_seen",
        "last_seen",
        "personas",
        "persona_ids",
        "places",
        "source_cells",
        "exhibits",
    ];
    let rows = Indicator::of_case(packet.file).into_iter().map(|one| {
        let cells: Vec<String> = one.cited().iter().map(|&(row, cell)| cell_of(packet, row, cell)).collect();
        let more = one.places.len() - one.cited().len();
        let more = if more > 0 { format!("; and {more} more") } else { String::new() };
        let mut numbers: Vec<usize> = one.cited().iter().filter_map(|&(row, _)| packet.exhibits.of_row(row)).collect();
        numbers.sort_unstable();
        numbers.dedup();
        let ids: Vec<&str> =
            one.members.iter().filter_map(|&at| packet.file.members.get(at)).map(|m| m.persona.text.as_str()).collect();
        vec![
            one.kind.replace('_', " "),
            one.value.clone(),
            one.roles.iter().cloned().collect::<Vec<_>>().join("; "),
            one.first_seen.clone(),
            one.last_seen.clone(),
            one.members.len().to_string(),
            ids.join("; "),
            one.places.len().to_string(),
            format!("{}{more}", cells.join("; ")),
            cited(&numbers, EXHIBITS_NAMED),
        ]
    });
    table(&headers, rows)
}

/// `timeline.csv`: what happened, in order.
pub fn timeline(packet: &Packet) -> String {
    let headers = ["when", "persona", "record_kind", "what", "times", "record", "source_cell", "exhibits"];
    let rows = packet.file.timeline.iter().enumerate().map(|(at, event)| {
        let numbers =
            packet.exhibits.timeline.get(at).map(|numbers| cited(numbers, EXHIBITS_NAMED)).unwrap_or_default();
        vec![
            with_zone(&event.when.text),
            packet.file.called(event.member),
            event.kind.replace('_', " "),
            event.what.text.clone(),
            event.times.to_string(),
            event.record.text.clone(),
            event.cell.text.clone(),
            numbers,
        ]
    });
    table(&headers, rows)
}

/// `evidence/sources.csv`: every input file of the run.
pub fn sources(packet: &Packet) -> String {
    let headers = [
        "source",
        "file",
        "sha256",
        "bytes",
        "rows",
        "rows_left_out",
        "read_as",
        "exported_from",
        "exported_by",
        "exported_at_utc",
    ];
    let rows = packet.run.inputs.iter().map(|input| {
        let export =
            |key: &str| input.export.map(|at| packet.facts.get("export", at, key).to_string()).unwrap_or_default();
        vec![
            input.source.text.clone(),
            input.file.text.clone(),
            input.sha256.clone(),
            input.bytes.to_string(),
            input.rows.to_string(),
            input.rejected.to_string(),
            input.read_as.text.clone(),
            export("system"),
            export("by"),
            export("at"),
        ]
    });
    table(&headers, rows)
}

/// `evidence/rows.csv`: the cited rows, a line for each value that was read from one.
pub fn rows(packet: &Packet) -> String {
    let headers = [
        "exhibit",
        "persona",
        "record",
        "record_kind",
        "file",
        "row",
        "columns",
        "value_kind",
        "role",
        "as_delivered",
        "normalized",
        "valid_from",
        "valid_to",
        "full_number_at",
    ];
    let mut lines: Vec<Vec<String>> = Vec::new();
    for (at, exhibit) in packet.exhibits.list.iter().enumerate() {
        let number = (at + 1).to_string();
        let Some((row_at, row)) = exhibit.row.and_then(|row| Some((row, packet.file.rows.get(row)?))) else {
            // A row of somebody who is not of this case: named, not shown.
            let mut line = vec![String::new(); headers.len()];
            (line[0], line[4]) = (number, exhibit.cell.clone());
            lines.push(line);
            continue;
        };
        let place = if hides(packet.file.redaction) { String::new() } else { row.row.to_string() };
        let persona = packet.file.members.get(row.member).map_or("", |member| member.persona.text.as_str());
        for cell in &row.cells {
            let sensitive = IdentifierKind::from_name(&cell.kind).is_some_and(IdentifierKind::is_sensitive);
            let full = sensitive && !hides(packet.file.redaction);
            lines.push(vec![
                number.clone(),
                persona.to_string(),
                row.record.text.clone(),
                row.kind.replace('_', " "),
                row.file.text.clone(),
                place.clone(),
                cell.columns.text.clone(),
                cell.kind.replace('_', " "),
                cell.role.clone(),
                cell.raw.text.clone(),
                cell.value.text.clone(),
                cell.valid_from.text.clone(),
                cell.valid_to.text.clone(),
                if full { packet.cell_named(row_at, cell) } else { String::new() },
            ]);
        }
    }
    table(&headers, lines.into_iter())
}

fn cell_of(packet: &Packet, row: usize, cell: usize) -> String {
    match packet.file.rows.get(row).and_then(|row| row.cells.get(cell)) {
        Some(found) => packet.cell_named(row, found),
        None => String::new(),
    }
}
