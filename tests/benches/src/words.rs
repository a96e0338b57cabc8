//! The vocabulary: what the made-up companies sell and call their things.

/// What an API is about.
#[derive(Debug)]
pub(crate) struct Subject {
    /// One of them, as in a path parameter.
    pub(crate) one: &'static str,
    /// Many of them, as in a path.
    pub(crate) many: &'static str,
    /// Names of the fields in the bodies.
    pub(crate) fields: &'static [&'static str],
    /// What can be done with them, as the last part of a path.
    pub(crate) actions: &'static [&'static str],
}

pub(crate) const SUBJECTS: &[Subject] = &[
    Subject {
        one: "parcel",
        many: "parcels",
        fields: &["weightGrams", "depot", "recipient", "postcode", "insuredValue", "pickupSlot"],
        actions: &["label", "events", "reroute", "signature"],
    },
    Subject {
        one: "order",
        many: "orders",
        fields: &["lines", "currency", "total", "customerNumber", "placedAt", "voucher"],
        actions: &["confirm", "cancel", "lines", "history"],
    },
    Subject {
        one: "payment",
        many: "payments",
        fields: &["amount", "currency", "method", "payer", "capturedAt", "reference"],
        actions: &["capture", "refund", "receipt", "disputes"],
    },
    Subject {
        one: "invoice",
        many: "invoices",
        fields: &["number", "dueDate", "net", "tax", "reminderLevel", "debtor"],
        actions: &["pdf", "reminders", "bookings", "credit"],
    },
    Subject {
        one: "courier",
        many: "couriers",
        fields: &["vehicle", "region", "shift", "capacity", "badge", "rating"],
        actions: &["tours", "position", "shifts", "breaks"],
    },
    Subject {
        one: "depot",
        many: "depots",
        fields: &["city", "docks", "openFrom", "openTo", "manager", "belt"],
        actions: &["docks", "stock", "arrivals", "holidays"],
    },
    Subject {
        one: "article",
        many: "articles",
        fields: &["sku", "title", "price", "stock", "width", "hazardClass"],
        actions: &["prices", "images", "stock", "variants"],
    },
    Subject {
        one: "return",
        many: "returns",
        fields: &["reason", "condition", "receivedAt", "refundTo", "inspector", "photos"],
        actions: &["inspect", "refund", "label", "comments"],
    },
    Subject {
        one: "customer",
        many: "customers",
        fields: &["givenName", "familyName", "mail", "street", "newsletter", "segment"],
        actions: &["addresses", "consents", "orders", "merge"],
    },
    Subject {
        one: "voucher",
        many: "vouchers",
        fields: &["code", "percent", "validUntil", "usedBy", "campaign", "minimum"],
        actions: &["redeem", "usage", "extend", "block"],
    },
];

pub(crate) const KINDS: &[&str] = &["API", "service", "gateway", "facade", "back office", "partner access"];
pub(crate) const TAGS: &[&str] = &["internal", "partners", "dmz", "north", "south"];
pub(crate) const TENANTS: &[&str] = &["harbour", "airport", "inland"];
pub(crate) const TEAMS: &[&str] = &["Fulfilment", "Checkout", "Ledger", "Fleet", "Storefront", "Customer Care"];
pub(crate) const LABELS: &[&str] = &["core", "beta", "regulated", "batch", "mobile", "seasonal"];
pub(crate) const CATEGORIES: &[&str] = &["logistics", "commerce", "finance", "support"];
pub(crate) const METHODS: &[&str] = &["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"];
pub(crate) const SEGMENTS: &[&str] = &[
    "search",
    "export",
    "import",
    "audit",
    "reports",
    "drafts",
    "archive",
    "bulk",
    "statistics",
    "preview",
    "imports",
    "templates",
    "limits",
    "rules",
    "feeds",
    "notes",
];

/// Sentences for descriptions and pages; `{}` is the subject in plural.
pub(crate) const SENTENCES: &[&str] = &[
    "Every change to {} is written to the journal before the answer is sent.",
    "Callers in the evening batch window should send at most one request per second.",
    "The list of {} is sorted by the time of the last change, newest first.",
    "A missing field keeps its old value, an empty text removes it.",
    "Times are in UTC and end with the letter Z.",
    "The test system is emptied on the first Sunday of the month.",
    "Old {} are moved to the archive after eighteen months.",
    "Partners see only those {} that carry their own contract number.",
    "Amounts are whole numbers of the smallest unit of the currency.",
    "Ask the team on duty before you raise a limit: other callers share it.",
    "The answer to a repeated request with the same key is the stored one.",
    "Deleted {} can be brought back for thirty days.",
    "Pages hold fifty entries; follow the link named next for more.",
    "Names of cities are given as they stand on the label, accents included: Zürich, Łódź, Århus.",
];

/// A picture of one pixel.
pub(crate) const PICTURE: &str = "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==";

/// A certificate that is none.
pub(crate) const CERTIFICATE: &str = "-----BEGIN CERTIFICATE-----\nVEhJUyBJUyBOTyBDRVJUSUZJQ0FURSwgSVQgSVMgTUFERSBVUA==\nRk9SIEJFTkNITUFSS1MgT05MWQ==\n-----END CERTIFICATE-----\n";

/// The password of everything here.
pub(crate) const PASSWORD: &str = "not-a-real-password";
