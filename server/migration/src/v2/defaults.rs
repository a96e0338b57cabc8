//! What holds where a definition says nothing. An export is read by APIM's own readers; of a custom resource the
//! cluster fills in the defaults of its resource definition before APIM sees it.

/// The defaults of one dialect. Those on which both agree are where they are used.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Defaults {
    /// `visibility` of the API. The import sets it (FORMATS §1.1, API root); the resource definition names it.
    pub visibility: Option<&'static str>,
    /// An absent `execution_mode` is an assumption: the import asks the server's settings (FORMATS §1.1, API root), the
    /// resource definition says the emulation engine.
    pub assumes_engine: bool,
    /// `http.useCompression`, where there is an `http` (FORMATS §1.1, HTTP options; §1.3).
    pub use_compression: bool,
    /// `ssl.hostnameVerifier`, where there is an `ssl` (FORMATS §1.1, SSL; §1.3).
    pub hostname_verifier: bool,
    /// `enabled` of health checks, dynamic properties and service discovery (FORMATS §1.1, `services`; §1.3).
    pub service_enabled: bool,
    /// `enabled` of a resource. The import leaves it to V4, which means true; the resource definition writes it.
    pub resource_enabled: Option<bool>,
    /// `status` of a plan (FORMATS §1.1, `plans[]`; §1.3).
    pub plan_status: &'static str,
    /// `validation` of a plan; `None` where it depends on the plan's security (`convert/plans.rs`).
    pub plan_validation: Option<&'static str>,
    /// `visibility` of a page.
    pub page_visibility: Option<&'static str>,
    /// `published` and `homepage` of a page.
    pub page_flag: Option<bool>,
    /// `role` of a member; an export names roles by id.
    pub member_role: Option<&'static str>,
}

impl Defaults {
    /// Those of the readers of a file (`io.gravitee.definition.jackson` and the import).
    pub const EXPORT: Self = Self {
        visibility: None,
        assumes_engine: true,
        use_compression: true,
        hostname_verifier: false,
        service_enabled: true,
        resource_enabled: None,
        plan_status: "STAGING",
        plan_validation: None,
        page_visibility: None,
        page_flag: None,
        member_role: None,
    };

    /// Those of the resource definition `apidefinitions.gravitee.io`. It has none for timeouts and connections: there
    /// the export's hold, as APIM reads what the operator sends.
    pub const RESOURCE: Self = Self {
        visibility: Some("PRIVATE"),
        assumes_engine: false,
        use_compression: false,
        hostname_verifier: true,
        service_enabled: false,
        resource_enabled: Some(true),
        plan_status: "PUBLISHED",
        plan_validation: Some("AUTO"),
        page_visibility: Some("PUBLIC"),
        page_flag: Some(false),
        member_role: Some("USER"),
    };
}
