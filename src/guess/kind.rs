//! What a table's rows are: hints in its headers, each worth points, and a word in its file name. A table without
//! enough of them that has names or contacts is one of plain persons or organisations. Also: which tables are allow
//! lists.
//!
//! Invariant: only general words count; nothing depends on a particular data set.

use super::Column;
use crate::config::HubList;
use crate::config::header::{squash, words};
use crate::model::record::RecordKind::{
    self, AddressChange, Applicant, BackgroundCheck, CarrierEvent, Device, Employee, Interview, Payment,
    PaymentAccount, PayrollChange, Peripheral, Referral, ScmEvent, Shipment, SignIn, Software, Termination,
};

/// Points that a kind needs; below, the table is one of plain persons.
const ENOUGH: usize = 3;

/// Kind, points, whether the column must tell rows apart, phrases of a header. A column counts once for a kind.
const HINTS: &[(RecordKind, usize, bool, &[&str])] = &[
    (Shipment, 5, false, &["tracking number", "tracking no", "tracking id", "tracking", "waybill", "airway bill"]),
    (Shipment, 4, true, &["shipment id", "shipment number", "parcel id", "package id"]),
    (
        Shipment,
        2,
        false,
        &[
            "ship date",
            "shipped",
            "ship to",
            "shipping",
            "carrier",
            "recipient",
            "consignee",
            "delivery date",
            "delivered",
        ],
    ),
    (Device, 4, false, &["serial number", "serial no", "serial", "device serial"]),
    (Device, 3, false, &["mac address", "mac", "hostname", "host name", "computer name", "device name"]),
    (Device, 2, true, &["device id", "asset id", "computer id"]),
    (
        Device,
        2,
        false,
        &["asset tag", "os version", "operating system", "laptop", "bssid", "last check in", "enrollment"],
    ),
    (Device, 1, false, &["model", "manufacturer", "device", "asset"]),
    (
        PaymentAccount,
        3,
        false,
        &[
            "routing number",
            "routing",
            "routing transit",
            "aba",
            "account number",
            "account no",
            "iban",
            "wallet",
            "account last",
        ],
    ),
    (
        PaymentAccount,
        2,
        false,
        &["payee", "account holder", "name on account", "payoneer", "paypal", "payment account id"],
    ),
    (PaymentAccount, 1, false, &["bank", "account type", "payout", "currency", "payment"]),
    (Employee, 4, false, &["hire date", "hired", "date of hire", "hire"]),
    (
        Employee,
        3,
        true,
        &[
            "employee id",
            "employee number",
            "employee no",
            "worker id",
            "associate oid",
            "personnel number",
            "staff id",
            "emp id",
            "emp no",
        ],
    ),
    (Employee, 2, false, &["termination date", "terminated", "termination", "employment", "date joined", "join date"]),
    (Employee, 1, false, &["department", "job title", "manager", "start date", "salary", "work email", "cost center"]),
    (Applicant, 4, true, &["application id", "application number", "applicant id", "candidate id", "candidate number"]),
    (Applicant, 4, false, &["applied", "application date", "date applied"]),
    (Applicant, 3, false, &["resume", "cv"]),
    (
        Applicant,
        2,
        false,
        &[
            "referee",
            "reference email",
            "reference phone",
            "requisition",
            "interview",
            "cover letter",
            "candidate",
            "applicant",
        ],
    ),
    (
        Applicant,
        1,
        false,
        &["stage", "recruiter", "job", "linkedin", "github", "portfolio", "photo hash", "headline", "application"],
    ),
    (SignIn, 4, false, &["user agent", "autonomous system", "asn", "as org", "sign in", "signin", "as number"]),
    (SignIn, 2, false, &["client ip", "isp", "geographical context", "actor", "login"]),
    (Software, 4, false, &["application name", "app name", "software", "installed application", "program"]),
    (Software, 3, false, &["application", "install date", "installed on"]),
    (Software, 2, false, &["version", "app version"]),
    (Peripheral, 7, false, &["peripheral", "usb device", "usb product", "vendor id"]),
    (Peripheral, 2, false, &["product", "hardware address"]),
    (CarrierEvent, 5, false, &["scan", "scan event", "scan time", "event description", "scanned"]),
    (CarrierEvent, 3, false, &["event", "tracking number", "tracking", "activity"]),
    (Interview, 5, false, &["interview", "interviewer", "rescheduled", "reschedules", "interview start"]),
    (Interview, 1, false, &["scheduled", "start", "end"]),
    (BackgroundCheck, 5, false, &["background check", "check id", "adjudication", "screening"]),
    (BackgroundCheck, 3, false, &["ordered", "completed", "check result"]),
    (AddressChange, 5, false, &["old address", "previous address", "new address", "former address"]),
    (PayrollChange, 6, false, &["payroll change", "change id", "changed account", "new account number", "change date"]),
    (Payment, 6, false, &["net pay", "amount paid", "payment date", "pay date", "payment amount", "net amount"]),
    (Payment, 4, false, &["amount", "gross pay"]),
    (Referral, 5, false, &["referral", "referral id", "referred by", "referrer", "referral date"]),
    (Termination, 8, false, &["termination reason", "separation reason", "termination id", "leave reason"]),
    (ScmEvent, 5, false, &["repository", "repo", "commit", "repository name"]),
    (ScmEvent, 2, false, &["action", "remote", "clones", "pushed"]),
];

/// Words of a file name, worth two points.
const FILE_WORDS: &[(RecordKind, &[&str])] = &[
    (Shipment, &["shipment", "shipments", "shipping", "deliveries", "parcels", "tracking", "labels"]),
    (Device, &["device", "devices", "laptop", "laptops", "computers", "assets", "inventory", "mdm", "endpoints"]),
    (
        PaymentAccount,
        &["payment", "payments", "bank", "payroll", "payouts", "payees", "accounts", "deposit", "deposits"],
    ),
    (Employee, &["employee", "employees", "workers", "staff", "hris", "contractors", "hires", "workforce"]),
    (Applicant, &["applicant", "applicants", "candidate", "candidates", "applications", "ats"]),
    (SignIn, &["signin", "signins", "logins", "sign", "okta", "entra", "idp", "authentication"]),
    (Software, &["software", "applications", "apps", "programs"]),
    (Peripheral, &["peripheral", "peripherals", "usb", "hid"]),
    (CarrierEvent, &["carrier", "scans", "tracking"]),
    (Interview, &["interview", "interviews"]),
    (BackgroundCheck, &["background", "checks", "screening"]),
    (AddressChange, &["address", "moves", "addresses"]),
    (PayrollChange, &["payroll", "changes"]),
    (Payment, &["payments", "wages", "payouts", "paid"]),
    (Referral, &["referral", "referrals"]),
    (Termination, &["termination", "terminations", "leavers", "offboarding"]),
    (ScmEvent, &["scm", "git", "commits", "repository", "repositories", "code"]),
];

/// A kind and the columns that spoke for it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Kind {
    pub(super) kind: RecordKind,
    /// Headers that were worth points.
    pub(super) because: Vec<String>,
    /// The kind that came second, when it was close.
    pub(super) rival: Option<RecordKind>,
}

/// The kind of a table. Ties go to the thing before the person: shipment, device, payment account, employee, applicant; a
/// table of events needs more than a thing that it names too, so events come last.
pub(super) fn kind(name: &str, columns: &[Column<'_>]) -> Kind {
    let things = [Shipment, Device, PaymentAccount, Employee, Applicant];
    let order = things.into_iter().chain(RecordKind::ALL.into_iter().filter(|kind| kind.is_event()));
    // Nobody notes the birth date of an account or a laptop: such a table is about people, whatever else it holds.
    let about_people = columns.iter().any(|column| {
        column.is_usable()
            && ["dob", "birth date", "date of birth", "birthdate", "birthday"].iter().any(|p| column.says(p))
    });
    let mut scored: Vec<(usize, Kind)> = order
        .map(|kind| {
            if about_people && matches!(kind, Shipment | Device | PaymentAccount) {
                return (0, Kind { kind, because: Vec::new(), rival: None });
            }
            let mut points = 0;
            let mut because = Vec::new();
            for column in columns.iter().filter(|column| column.is_usable()) {
                let worth = HINTS
                    .iter()
                    .filter(|(k, _, unique, phrases)| {
                        *k == kind
                            && (!unique || column.may_be_key())
                            && phrases.iter().any(|phrase| column.says(phrase))
                    })
                    .map(|(_, points, ..)| *points)
                    .max()
                    .unwrap_or(0);
                if worth > 1 {
                    because.push(column.name.to_owned());
                }
                points += worth;
            }
            let stem = words(name);
            let named =
                FILE_WORDS.iter().any(|(k, listed)| *k == kind && stem.iter().any(|w| listed.contains(&w.as_str())));
            // A file name alone, or with one vague word, does not make a kind.
            if named && points > 0 {
                points += 2;
            }
            (points, Kind { kind, because, rival: None })
        })
        .collect();
    // Stable: the order above breaks ties.
    scored.sort_by_key(|(points, _)| std::cmp::Reverse(*points));
    let rival = (scored[1].0 >= ENOUGH && scored[1].0 + 1 >= scored[0].0).then_some(scored[1].1.kind);
    let (points, best) = scored.swap_remove(0);
    if points < ENOUGH {
        return Kind { kind: RecordKind::Person, because: Vec::new(), rival: None };
    }
    Kind { rival, ..best }
}

/// Columns that an allow list may have beside the required ones.
const LIST_COLUMNS: [&str; 14] = [
    "unit",
    "city",
    "region",
    "state",
    "postal_code",
    "zip",
    "country",
    "phone",
    "email",
    "note",
    "notes",
    "comment",
    "label",
    "website",
];

/// The allow list that a table is: it has the list's columns and no others that lists do not have, and its file is
/// called like it. `Err` when only the columns speak for a list of networks, numbers or programs.
pub(super) fn hub_list(name: &str, columns: &[Column<'_>]) -> Option<Result<HubList, &'static str>> {
    let names: Vec<String> = columns.iter().map(|column| column.name.trim().to_ascii_lowercase()).collect();
    let fits = |list: HubList| {
        let required = list.required_columns();
        let address = list.required_columns() == ["street"];
        let has = |column: &str| names.iter().any(|name| name == column);
        // Of agencies, the name may have a second column called like any list's; elsewhere `name` is a label.
        required.iter().all(|column| has(column))
            && (!address || has("city") || has("postal_code"))
            && names.iter().all(|name| {
                required.contains(&name.as_str()) || name == "name" || LIST_COLUMNS.contains(&name.as_str())
            })
    };
    let stem = squash(name);
    let called = |list: HubList| {
        let wanted = squash(list.name());
        let singular = wanted.strip_suffix('s').unwrap_or(&wanted);
        let singular = singular.strip_suffix("ie").unwrap_or(singular);
        stem.contains(singular) || strsim::osa_distance(&stem, &wanted) <= 2
    };
    if let Some(list) = HubList::ALL.into_iter().find(|list| fits(*list) && called(*list)) {
        return Some(Ok(list));
    }
    let bare = HubList::ALL.into_iter().find(|list| {
        fits(*list)
            && matches!(list, HubList::OwnEgress | HubList::VpnRanges | HubList::PaycardRouting | HubList::RemoteTools)
    });
    bare.map(|list| Err(list.name()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::guess::tests::table;

    fn check(name: &str, header: &[&str], expected: RecordKind) {
        let table = table(header, &[]);
        assert_eq!(kind(name, &Column::of(&table)).kind, expected, "{header:?}");
    }

    #[test]
    fn kinds_of_vendor_exports() {
        use RecordKind::*;
        check("x", &["Application ID", "First Name", "Last Name", "Email", "Applied On"], Applicant);
        check(
            "x",
            &["id", "first_name", "last_name", "phone_numbers", "applications", "recruiter", "attachments", "resume"],
            Applicant,
        );
        check("x", &["employeeNumber", "firstName", "lastName", "hireDate", "terminationDate", "ssn"], Employee);
        check("x", &["Employee", "Employee ID", "Personal email", "Phone", "Start date", "End date"], Employee);
        check(
            "x",
            &["uuid", "employee_uuid", "name", "routing_number", "account_type", "hidden_account_number"],
            PaymentAccount,
        );
        check(
            "x",
            &["id", "first_name", "last_name", "dob", "phone", "routing", "account", "device"],
            RecordKind::Person,
        );
        check("x", &["Payee ID", "Payee name", "Payee email", "Amount", "Currency", "Payment ID"], PaymentAccount);
        check("x", &["Computer Name", "Serial Number", "Asset Tag", "Username", "IP Address", "MAC Address"], Device);
        check("x", &["Device ID", "Device name", "Serial number", "Primary user UPN", "Wi-Fi MAC"], Device);
        check("x", &["Tracking Number", "Ship Date", "Recipient Contact Name", "City"], Shipment);
        check(
            "x",
            &["Asset ID", "Item", "Serial Number", "Assigned to", "Shipped to address", "Tracking", "Delivered at"],
            Shipment,
        );
    }

    #[test]
    fn kinds_of_events() {
        use RecordKind::*;
        check(
            "sign_ins",
            &["Date (UTC)", "User", "Username", "IP address", "Location", "Autonomous system  number", "User agent"],
            SignIn,
        );
        check("software", &["Serial Number", "Application Name", "Version", "Last Seen"], Software);
        check("peripherals", &["Serial Number", "USB Device", "MAC Address", "Seen At"], Peripheral);
        check("carrier_events", &["Tracking Number", "Scan Time", "Scan Event", "City", "Country"], CarrierEvent);
        check("interviews", &["Interview ID", "Candidate ID", "Start", "End", "Status", "Rescheduled"], Interview);
        check(
            "background_checks",
            &["Check ID", "Candidate ID", "Full Name", "Date of Birth", "Ordered", "Completed", "Result"],
            BackgroundCheck,
        );
        check("address_changes", &["Employee ID", "Old Address", "New Address", "Changed On"], AddressChange);
        check("payments", &["Payment ID", "Election ID", "Pay Date", "Net Pay", "Currency"], Payment);
        check("referrals", &["Referral ID", "Candidate ID", "Referred By", "Referral Date"], Referral);
        check("terminations", &["Employee ID", "Termination Date", "Termination Reason"], Termination);
        check("scm_events", &["Employee ID", "Repository", "Action", "Remote", "Time"], ScmEvent);
    }

    #[test]
    fn foreign_columns_do_not_change_the_kind() {
        use RecordKind::*;
        check(
            "x",
            &["Employee ID", "First Name", "Hire Date", "Department", "Routing Number", "Account Number"],
            Employee,
        );
        check("x", &["Worker ID", "Worker", "Application ID", "Hire Date", "Laptop Serial"], Employee);
        check("x", &["Asset Tag", "Serial Number", "Hostname", "Employee ID", "Tracking Number"], Device);
    }

    #[test]
    fn plain_tables_are_persons() {
        use RecordKind::*;
        check("x", &["record_id", "first_name", "surname", "dob", "city", "email"], Person);
        check("x", &["record_id", "source", "name", "addr", "city", "phone", "type"], Person);
        check("x", &["id", "site_name", "address", "zip", "phone"], Person);
        check("employees", &["record_id", "name", "city"], Person);
        check("x", &[], Person);
    }

    #[test]
    fn a_close_second_is_named() {
        let table = table(&["Serial Number", "Tracking Number"], &[]);
        assert_eq!(kind("x", &Column::of(&table)).rival, Some(Device));
    }

    #[test]
    fn allow_lists_by_name_and_columns() {
        let check = |name: &str, header: &[&str], expected: Option<Result<HubList, &'static str>>| {
            let table = table(header, &[]);
            assert_eq!(hub_list(name, &Column::of(&table)), expected, "{name} {header:?}");
        };
        let street = &["street", "unit", "city", "region", "postal_code"][..];
        check("own_offices", street, Some(Ok(HubList::OwnOffices)));
        check("Virtual Offices 2026", street, Some(Ok(HubList::VirtualOffices)));
        check("people", street, None);
        check("own_offices", &["street"], None);
        check("own_offices", &["street", "city", "salary"], None);
        check("own_egress", &["ip"], Some(Ok(HubList::OwnEgress)));
        check("vpn-ranges", &["CIDR", "note"], Some(Ok(HubList::VpnRanges)));
        check("networks", &["cidr"], Some(Err("vpn_ranges")));
        check("agencies", &["name", "phone", "city"], Some(Ok(HubList::Agencies)));
        check("agency_list", &["name", "phone", "city"], Some(Ok(HubList::Agencies)));
        check("restaurants", &["name", "phone", "city"], None);
        check("paycard_routing", &["routing_number"], Some(Ok(HubList::PaycardRouting)));
        check("remote_tool", &["application"], Some(Ok(HubList::RemoteTools)));
    }
}
