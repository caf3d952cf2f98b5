//! The alias table: general names that headers have, by field, and the words that may or must not stand around them.
//! How a header is held against it is in `columns`.
//!
//! Invariant: only general and vendors' names stand here, none of a particular data set.

use crate::model::field::Field;
use crate::model::record::RecordKind::{
    self, AddressChange, Applicant, BackgroundCheck, CarrierEvent, Device, Employee, Interview, Payment,
    PaymentAccount, PayrollChange, Peripheral, Person, Referral, ScmEvent, Shipment, SignIn, Software, Termination,
};

const ANY: &[RecordKind] = &RecordKind::ALL;
const PEOPLE: &[RecordKind] = &[Applicant, Employee, Person];
const STAFF: &[RecordKind] = &[Applicant, Employee];
const COMPANY: &[RecordKind] = &[Applicant, Employee, PaymentAccount, Device, Shipment];
/// Events with one moment.
const MOMENTARY: &[RecordKind] = &[
    SignIn,
    Software,
    Peripheral,
    CarrierEvent,
    AddressChange,
    PayrollChange,
    Payment,
    Referral,
    Termination,
    ScmEvent,
];
const NOT_THINGS: &[RecordKind] = &[Applicant, Employee, PaymentAccount, Person];

/// General header names of each field, the most telling first: that order decides where only one column can be taken.
/// Case, spaces and punctuation do not count; words of [`QUALIFIERS`] may stand around them.
pub(super) const ALIASES: &[(&[RecordKind], Field, &str)] = &[
    (
        ANY,
        Field::GivenName,
        "first name, given name, given names, fname, forename, forenames, first, given, legal name first name, \
         legal first name, preferred name first name",
    ),
    (
        ANY,
        Field::FamilyName,
        "last name, family name, surname, lname, last, family, legal name last name, legal last name, \
         preferred name last name",
    ),
    (
        PEOPLE,
        Field::FullName,
        "full name, name, legal name, person name, applicant name, candidate name, employee name, worker name, \
         display name, contact name, customer name, client name, first and last name, first and surname, \
         forename and surname, given and family name, name and surname",
    ),
    (
        &[Person],
        Field::FullName,
        "site name, organisation name, organization name, company name, business name, facility name, \
         product name, item name, product title, item title, article title, paper title, publication title, \
         book title, song title, song name, track title, track name, movie title, movie name, film title, \
         restaurant name, hotel name, store name, shop name, place name, organisation, organization, company, \
         title, product, restaurant, hotel, song, movie, film, venue",
    ),
    (
        &[Device],
        Field::FullName,
        "full name, display name, employee name, worker name, user full name, user display name, assigned to name, \
         assignee name, owner name",
    ),
    (
        &[Shipment],
        Field::FullName,
        "recipient name, recipient contact name, ship to name, ship to contact name, consignee name, receiver name, \
         addressee, delivery name, full name, contact name, attention, attn, employee name",
    ),
    (&[PaymentAccount], Field::FullName, "employee name, worker name, full name"),
    (ANY, Field::BirthDate, "date of birth, birth date, birthdate, dob, birthday, bday, birth day"),
    (
        &[PaymentAccount],
        Field::PaymentHandle,
        "payee email, payee id, payee handle, platform payee, platform payee id, platform handle, payout email",
    ),
    (
        ANY,
        Field::PaymentHandle,
        "payment handle, paypal, paypal email, paypal id, payoneer, payoneer id, payoneer email, wise, wise email, \
         venmo, cashtag, cash app, zelle, skrill, revtag",
    ),
    (
        ANY,
        Field::Email,
        "email, e mail, mail, emails, email address, email addresses, emails address, e mail address, mail address, \
         email id, email uri, emails email uri",
    ),
    (
        ANY,
        Field::Phone,
        "phone, telephone, tel, phones, mobile, cell, cellphone, cell phone, mobile phone, phone number, \
         phone numbers, phone no, phone num, telephone number, telephone no, tel no, tel number, mobile number, \
         mobile no, cell number, contact number, mobiles formatted number, landline",
    ),
    (
        ANY,
        Field::Address,
        "address, addr, full address, address full, addresses, complete address, shipped to address, address text",
    ),
    (
        ANY,
        Field::StreetNumber,
        "street number, street no, street num, house number, house no, house num, building number",
    ),
    (
        ANY,
        Field::Street,
        "street address, street, address line 1, address 1, addr 1, addr line 1, address line one, line 1, line one, \
         street 1, street line 1, street name, address street, address street 1, address street address, \
         street address 1, street address line 1, address line, legal address line one",
    ),
    (
        ANY,
        Field::Unit,
        "unit, apt, apartment, suite, flat, unit number, apt number, apt no, apartment number, flat number, \
         suite number, address line 2, address 2, addr 2, addr line 2, line 2, street 2, street line 2, \
         address street 2, street address 2, address unit",
    ),
    (
        ANY,
        Field::City,
        "city, town, suburb, city name, locality, municipality, address city, address town, city town, town city, \
         address city name, address suburb",
    ),
    (
        ANY,
        Field::Region,
        "state, province, region, state province, state region, province state, address state, address province, \
         address region, state code, province code",
    ),
    (
        ANY,
        Field::PostalCode,
        "postal code, postcode, post code, zip, zip code, zipcode, zip postal code, zip code postal code, postal, \
         address postal, address postal code, address zip, address zip code, address postcode, zip postal, \
         postal zip",
    ),
    (ANY, Field::Country, "country, country code, country name, address country, country region"),
    (
        ANY,
        Field::GovernmentId,
        "ssn, social security number, social security no, social security, soc sec id, soc sec, soc sec no, \
         soc sec number, national id, national id number, national insurance number, nino, tax id, tax id number, \
         itin, citizen id, personal number",
    ),
    (
        ANY,
        Field::DocumentNumber,
        "document number, document no, passport, passport no, passport number, id document number, \
         id number document, identity document number, drivers license, drivers license number, \
         drivers licence number, driver license number, driver licence number, license number, licence number, \
         drivers license no, identity card number",
    ),
    (
        ANY,
        Field::RoutingNumber,
        "routing number, routing no, routing, routing transit number, routing transit id, routing transit, aba, \
         aba number, aba routing number, aba routing, rtn, bank routing number, bank routing, bank routing no, \
         transit number, account routing number",
    ),
    (
        ANY,
        Field::AccountLast4,
        "account last 4, account last four, last 4, last four, account number last 4, last 4 of account, \
         bank account last 4, last 4 digits, account last 4 digits",
    ),
    (
        ANY,
        Field::AccountNumber,
        "account number, account no, account num, acct number, acct no, acct, bank account number, bank account no, \
         bank account, hidden account number, masked account number, masked account, deposit account number, \
         deposit account",
    ),
    (ANY, Field::Iban, "iban, iban number, account iban, bank iban"),
    (
        ANY,
        Field::Wallet,
        "wallet, wallet address, crypto address, crypto wallet, crypto wallet address, payout wallet, btc address, \
         bitcoin address, eth address, ethereum address, usdt address, wallet id",
    ),
    (
        &[PaymentAccount],
        Field::PayeeName,
        "payee name, payee, account holder name, account holder, name on account, holder name, account name, \
         account owner, beneficiary name, beneficiary, holder, cardholder, cardholder name",
    ),
    (STAFF, Field::PayeeName, "payee name, account holder name, account holder, name on account"),
    (
        ANY,
        Field::SerialNumber,
        "serial number, serial no, serial num, serial, sn, device serial, device serial number, device serial no, \
         laptop serial, laptop serial number, asset serial number, asset serial, computer serial number, \
         item serial, item serial number",
    ),
    (
        ANY,
        Field::HardwareAddress,
        "mac, mac address, mac addresses, hardware address, wifi mac, wi fi mac, wifi mac address, \
         wi fi mac address, ethernet mac, ethernet mac address, wlan mac, lan mac, device mac",
    ),
    (ANY, Field::Hostname, "hostname, host name, computer name, device name, machine name, computer, host"),
    (
        ANY,
        Field::TrackingNumber,
        "tracking number, tracking no, tracking num, tracking, tracking id, tracking code, carrier tracking number, \
         waybill, waybill number, awb, airway bill",
    ),
    (
        ANY,
        Field::Ip,
        "ip, ip address, ip addr, ip addresses, ipv 4, ipv 6, ipv4, ipv6, ipv4 address, ipv6 address, \
         wifi ipv4 address, ethernet ipv4 address, application ip, application ip address, device ip, \
         device ip address, login ip, sign in ip, remote ip, egress ip, source ip, wan ip, signup ip",
    ),
    (
        NOT_THINGS,
        Field::ProfileUrl,
        "linkedin, linked in, linkedin url, linkedin profile, linkedin profile url, github, github url, \
         github profile, gitlab, gitlab url, website, web site, websites, website url, website address, \
         website addresses, portfolio, portfolio url, profile, profile url, profile link, profile urls, url, urls, \
         link, links, homepage, home page, web page, social links, social links url, social media, \
         social media addresses, social profiles, stackoverflow",
    ),
    (
        NOT_THINGS,
        Field::Handle,
        "handle, username, user name, screen name, login, login name, github handle, github username, github user, \
         github, gitlab, gitlab username, telegram, telegram handle, discord, skype, skype id, twitter, \
         twitter handle, user handle, code handle, developer handle",
    ),
    (
        PEOPLE,
        Field::ResumeText,
        "resume text, cv text, resume, cv, resume content, cv content, resume body, curriculum vitae, \
         resume plain text, parsed resume",
    ),
    (
        PEOPLE,
        Field::PhotoHash,
        "photo hash, image hash, picture hash, avatar hash, photo phash, phash, photo perceptual hash, \
         headshot hash, selfie hash, photo fingerprint",
    ),
    (
        PEOPLE,
        Field::RefereeName,
        "reference name, referee name, references name, referees name, referee, referees, reference contact name, \
         reference full name",
    ),
    (
        PEOPLE,
        Field::RefereeEmail,
        "reference email, referee email, references email, referees email, reference email address, \
         referee email address, reference contact email, reference mail, referee mail",
    ),
    (
        PEOPLE,
        Field::RefereePhone,
        "reference phone, referee phone, references phone, referees phone, reference phone number, \
         referee phone number, reference telephone, referee telephone, reference contact phone, reference tel, \
         referee tel, reference mobile, referee mobile",
    ),
    (
        PEOPLE,
        Field::Agency,
        "agency, agency name, staffing agency, recruiting agency, recruitment agency, staffing firm, staffing company",
    ),
    // In a plain table a vendor is what a row says of a product.
    (STAFF, Field::Agency, "vendor, vendor name, supplier, supplier name"),
    (
        &[Employee],
        Field::ValidFrom,
        "hire date, hired on, hired at, hired, date hired, date of hire, original hire date, join date, \
         joining date, date joined, joined, onboarding date, employment start date",
    ),
    (
        &[Applicant],
        Field::ValidFrom,
        "applied at, applied on, applied, applied date, date applied, application date, submitted at, submitted on, \
         submitted, submission date, created at, created on, created",
    ),
    (
        &[Device],
        Field::ValidFrom,
        "issue date, issued on, issued at, issued, date issued, assigned on, assigned at, assigned date, \
         date assigned, assignment date, checkout date, checked out, check out date, deployed on, deployment date, \
         enrollment date, enrolled on, enrolled at",
    ),
    (
        &[Shipment],
        Field::ValidFrom,
        "ship date, shipped on, shipped at, shipped date, date shipped, shipping date, shipped, shipment date, \
         delivery date, delivered on, delivered at, date delivered, delivered",
    ),
    (
        &[PaymentAccount],
        Field::ValidFrom,
        "effective date, added on, added at, date added, added, opened, opened on, created at, created on, \
         active from, in use from, used from",
    ),
    (
        COMPANY,
        Field::ValidFrom,
        "valid from, effective from, start date, date started, started on, started, start, from, from date, \
         date from, since, begin date, begins, start on",
    ),
    (
        &[Employee],
        Field::ValidTo,
        "termination date, terminated on, terminated, date terminated, separation date, leave date, leaving date, \
         last day, last working day, employment end date, offboarding date",
    ),
    (
        &[Device],
        Field::ValidTo,
        "return date, returned on, returned at, returned, date returned, returned date, unassigned on, \
         unassigned at, checkin date, retired, retired on, decommissioned",
    ),
    (
        &[PaymentAccount],
        Field::ValidTo,
        "closed on, closed at, closed, removed on, removed, replaced on, active to, active until, used until, \
         used to, in use until",
    ),
    (
        COMPANY,
        Field::ValidTo,
        "valid to, valid until, effective to, effective until, end date, date ended, ended on, ended, end, until, \
         to date, date to",
    ),
    (
        MOMENTARY,
        Field::Time,
        "time, timestamp, date time, datetime, date utc, time utc, event time, event date, event timestamp, occurred at, \
         occurred on, published, sign in time, sign in date, login time, created date time, scan time, scan date, \
         scanned at, seen at, seen, first seen, last seen, detected at, installed on, installed at, install date, \
         inventory date, changed at, changed on, change date, effective date, referred on, referral date, \
         termination date, terminated on, separation date, last day, date, logged at, created at, created, when",
    ),
    (
        &[Interview],
        Field::Start,
        "start, start time, starts at, interview start, scheduled start, scheduled at, begins at, interview time, interview date",
    ),
    (&[Interview], Field::End, "end, end time, ends at, interview end, scheduled end"),
    (&[Interview], Field::Status, "status, interview status, state, outcome"),
    (
        &[Interview],
        Field::Rescheduled,
        "rescheduled, reschedules, reschedule count, times rescheduled, times moved, moved, rescheduled count",
    ),
    (
        &[BackgroundCheck],
        Field::Ordered,
        "ordered, ordered at, ordered on, order date, requested, requested at, requested on, initiated, submitted",
    ),
    (
        &[BackgroundCheck],
        Field::Completed,
        "completed, completed at, completed on, completion date, finished, closed, report date",
    ),
    (&[BackgroundCheck], Field::Result, "result, results, outcome, verdict, adjudication, status, check result"),
    (
        &[BackgroundCheck],
        Field::FullName,
        "full name, name, candidate name, applicant name, subject name, subject, person name",
    ),
    (
        &[SignIn, ScmEvent],
        Field::FullName,
        "full name, name, user name, user display name, display name, actor display name, actor name, user",
    ),
    (
        &[SignIn, ScmEvent],
        Field::Email,
        "username, user principal name, upn, actor alternate id, actor, login, user email, account, author email",
    ),
    (&[SignIn], Field::Ip, "client ip address, client ip, caller ip address, actor ip"),
    (&[SignIn], Field::City, "client geographical context city, geo city, location city"),
    (&[SignIn], Field::Region, "client geographical context state, geo state, geo region, location state"),
    (
        &[SignIn],
        Field::Country,
        "client geographical context country, geo country, location country, country or region",
    ),
    (&[SignIn], Field::Asn, "asn, as number, autonomous system number, security context as number"),
    (
        &[SignIn],
        Field::AsOrg,
        "as org, as organisation, as organization, autonomous system organisation, isp, security context as org, network owner, asn org",
    ),
    (&[SignIn], Field::Device, "device, device id, client device, device identifier, device name"),
    (&[SignIn], Field::Managed, "managed, is managed, managed device, device managed"),
    (&[SignIn, Applicant], Field::UserAgent, "user agent, client user agent, browser, raw user agent"),
    (
        &[Software],
        Field::Application,
        "application, application name, app name, app, software, software name, program, program name, product name, display name, name, title",
    ),
    (&[Software], Field::Version, "version, application version, app version, software version, product version"),
    (
        &[Peripheral],
        Field::Product,
        "product, product name, peripheral, peripheral name, usb device, usb product, description, device description, model, name",
    ),
    (
        &[CarrierEvent],
        Field::Event,
        "event, event description, scan, scan event, scan type, status, activity, description, event type",
    ),
    (&[ScmEvent], Field::Event, "event, action, event type, activity, operation"),
    (
        &[AddressChange],
        Field::OldAddress,
        "old address, previous address, from address, address before, former address, prior address",
    ),
    (&[AddressChange], Field::NewAddress, "new address, to address, address after, current address, updated address"),
    (&[Termination], Field::Reason, "reason, termination reason, separation reason, leave reason, type"),
    (
        &[Payment],
        Field::Amount,
        "amount, net amount, net pay, amount paid, gross amount, gross pay, payment amount, total",
    ),
    (&[Payment], Field::Currency, "currency, currency code, payment currency, pay currency"),
    (&[ScmEvent], Field::Repository, "repository, repo, repository name, repo name, project"),
    (&[ScmEvent], Field::Destination, "destination, remote, remote url, target, pushed to"),
    (&[ScmEvent], Field::Count, "count, bytes, files, clones, commits, objects, size"),
];

/// Headers that only name whom a row is about: taken for a name when the values are persons' names.
pub(super) const PERSONS: &[(&[RecordKind], Field, &str)] = &[
    (STAFF, Field::FullName, "employee, worker, candidate, applicant, contact, person, legal"),
    (
        &[Device],
        Field::FullName,
        "assigned to, assigned user, assignee, user, primary user, owner, employee, custodian, name, worker, \
         user name",
    ),
    (
        &[Shipment],
        Field::FullName,
        "recipient, ship to, consignee, deliver to, receiver, customer, contact, employee, name, to",
    ),
    (&[PaymentAccount], Field::PayeeName, "name"),
    (&[PaymentAccount], Field::FullName, "employee, worker"),
    (STAFF, Field::RefereeName, "reference, references, reference contact"),
];

/// Year, month and day of birth in columns of their own.
pub(super) const BIRTH_PARTS: [&str; 3] = [
    "by, b year, byear, birth year, year of birth, yob, dob year, date of birth year, birth date year",
    "bm, b month, bmonth, birth month, month of birth, dob month, date of birth month, birth date month",
    "bd, b day, bday, birth day, day of birth, dob day, date of birth day, birth date day",
];

/// Words that number the parts of a name that is spread over several columns: `fname_c1`, `surname part 2`.
pub(super) const PART_WORDS: &str = "c comp component part";

/// Words around an alias that do not change what it is. Whose it is must not change: `manager` is not among them.
pub(super) const QUALIFIERS: &str = "home work personal primary secondary business main best preferred legal current candidate candidates applicant \
     applicants employee employees worker workers person contact customer client user users recipient recipients \
     consignee receiver ship shipped shipping to deliver delivery mailing residential residence permanent value \
     values list assigned other alternate alternative additional latest last reported known public external mobile \
     cell payee raw full wifi clean cleaned std standardized standardised norm normalized normalised fake synthetic \
     anonymized anonymised pseudonymized pseudonymised";

/// Aliases that mean something only as a whole header: `Last` is a family name, `Last Contact` is none.
pub(super) const ALONE: &str = "first given last family name title venue company product restaurant hotel song movie film from since start started end ended until begins added opened \
     closed removed created issued returned retired host computer link links profile login holder reference";

/// Qualifiers of a place that is not where somebody lives or gets parcels.
pub(super) const WORKPLACE: &str = "work business office client company";

/// Words that make a column somebody else's or no contact at all; such a column is never sniffed.
pub(super) const OTHERS: &str = "manager supervisor recruiter coordinator interviewer sender shipper origin return emergency spouse partner kin \
     father mother maiden parent guardian dependent approver approved creator created updated modified by bank \
     company employer vendor agency carrier support referrer referral referred recommended buddy mentor hr admin \
     photo image avatar picture attachment attachments file resume cv gateway dns netmask subnet nickname lead \
     author sponsor from";

/// Whether a word stands in one of the lists above.
pub(super) fn listed(list: &str, word: &str) -> bool {
    list.split(' ').any(|one| one == word)
}
