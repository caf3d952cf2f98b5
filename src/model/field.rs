//! Canonical fields: the vocabulary of `[source.columns]`.

macro_rules! fields {
    ($($variant:ident $name:literal $doc:literal;)*) => {
        /// A canonical field that columns are mapped to.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Field {
            $(#[doc = $doc] $variant,)*
        }

        impl Field {
            /// Every field, in the order of the config reference.
            pub const ALL: &'static [Field] = &[$(Field::$variant,)*];

            /// The name used in config and output.
            pub fn name(self) -> &'static str {
                match self { $(Field::$variant => $name,)* }
            }

            /// One line for the reference and for the config that `init` writes.
            pub fn doc(self) -> &'static str {
                match self { $(Field::$variant => $doc,)* }
            }
        }
    };
}

fields! {
    GivenName "given_name" "Given name, middle names included.";
    FamilyName "family_name" "Family name.";
    FullName "full_name" "Whole name in one cell; a person's, or an organisation's or title.";
    BirthDate "birth_date" "Date of birth.";
    Email "email" "Email address.";
    Phone "phone" "Telephone number.";
    Address "address" "Postal address on one line.";
    StreetNumber "street_number" "House number in a column of its own.";
    Street "street" "Street line, with or without number and unit.";
    Unit "unit" "Flat, suite, room or floor.";
    City "city" "City or suburb.";
    Region "region" "State, province or region.";
    PostalCode "postal_code" "Postal code.";
    Country "country" "Country, name or code.";
    GovernmentId "government_id" "Social security or other personal number. Sensitive.";
    DocumentNumber "document_number" "Number of an identity document. Sensitive.";
    RoutingNumber "routing_number" "ABA routing number.";
    AccountNumber "account_number" "Bank account number, full or masked. Sensitive.";
    AccountLast4 "account_last4" "Last four digits of an account.";
    Iban "iban" "International bank account number. Sensitive.";
    Wallet "wallet" "Cryptocurrency address.";
    PaymentHandle "payment_handle" "Payee handle, email or id at a payment platform.";
    PayeeName "payee_name" "Name on the account.";
    SerialNumber "serial_number" "Serial number of a device.";
    HardwareAddress "hardware_address" "MAC address.";
    Hostname "hostname" "Computer name.";
    TrackingNumber "tracking_number" "Carrier's tracking number.";
    Ip "ip" "IPv4 or IPv6 address.";
    ProfileUrl "profile_url" "Link to a profile or portfolio.";
    Handle "handle" "Handle or user name.";
    ResumeText "resume_text" "Text of a resume.";
    PhotoHash "photo_hash" "Perceptual hash of an image, made by the customer.";
    RefereeName "referee_name" "Name of a referee.";
    RefereeEmail "referee_email" "Email of a referee.";
    RefereePhone "referee_phone" "Telephone of a referee.";
    Agency "agency" "Staffing agency or vendor; context, never links.";
    ValidFrom "valid_from" "From when what the row says holds.";
    ValidTo "valid_to" "Until when what the row says holds.";
    Time "time" "When the event happened; read as UTC where no zone is written.";
    Start "start" "When an interview began.";
    End "end" "When an interview ended.";
    Rescheduled "rescheduled" "How often an interview was moved, or yes or no.";
    Ordered "ordered" "When a check was ordered.";
    Completed "completed" "When a check was completed.";
    Result "result" "Outcome of a check.";
    Status "status" "State of an interview.";
    Reason "reason" "Why an employment ended.";
    OldAddress "old_address" "Address before a change.";
    NewAddress "new_address" "Address after a change.";
    Event "event" "What happened, in the words of the system that noted it.";
    Application "application" "Name of an installed program.";
    Version "version" "Version of an installed program.";
    Product "product" "Product name or ids of a peripheral.";
    Device "device" "Device id that a sign-in reports.";
    Managed "managed" "Whether a sign-in came from a managed device.";
    UserAgent "user_agent" "Browser and system that a sign-in or application reports.";
    Asn "asn" "Number of the autonomous system that an address belongs to.";
    AsOrg "as_org" "Organisation of the autonomous system.";
    Repository "repository" "Code repository of an event.";
    Destination "destination" "Where code or data went.";
    Count "count" "How many items or bytes an event is about.";
    Amount "amount" "How much was paid.";
    Currency "currency" "Currency of an amount, as code of three letters.";
}

impl Field {
    /// The field with that name.
    pub fn from_name(name: &str) -> Option<Field> {
        Field::ALL.iter().copied().find(|field| field.name() == name)
    }

    /// Fields whose values are compared in memory and stored only as keyed hash and last four.
    pub fn is_sensitive(self) -> bool {
        matches!(self, Field::GovernmentId | Field::DocumentNumber | Field::AccountNumber | Field::Iban)
    }

    /// Fields of which a cell may hold several values (`a@example.com;b@example.com`, `|`, a JSON array).
    pub fn is_multi_valued(self) -> bool {
        matches!(
            self,
            Field::Email
                | Field::Phone
                | Field::Ip
                | Field::ProfileUrl
                | Field::Handle
                | Field::Wallet
                | Field::PaymentHandle
                | Field::HardwareAddress
                | Field::SerialNumber
                | Field::TrackingNumber
                | Field::PhotoHash
                | Field::RefereeName
                | Field::RefereeEmail
                | Field::RefereePhone
                | Field::DocumentNumber
        )
    }
}
