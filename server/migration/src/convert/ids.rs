//! Ids of API, plans and pages.

use std::borrow::Cow;

use uuid::Uuid;

use super::Converter;
use crate::options::IdPolicy;
use crate::v2::Text;
use crate::v4::Value;

/// Where our derived ids live: any fixed value will do, as long as it never changes.
const NAMESPACE: Uuid = Uuid::from_u128(0x6f1e_8a52_3c4b_5d90_8b1a_2f76_c0d4_e913);

impl<'d> Converter<'_, 'd> {
    /// An id as it is, or a new one derived from it: the same one wherever the old one stands.
    pub(super) fn id(&self, id: &Text<'d>) -> Value<'d> {
        match self.options.ids {
            IdPolicy::Keep => Value::text(id),
            // An empty id refers to nothing and has to stay so.
            IdPolicy::New if id.value.is_empty() => Value::text(id),
            IdPolicy::New => Value::converted(derived(&id.value), id.node),
        }
    }

    /// The same for a place that only refers to it.
    pub(super) fn id_text(&self, id: &Text<'d>) -> Cow<'d, str> {
        match self.options.ids {
            IdPolicy::New if !id.value.is_empty() => derived(&id.value).into(),
            IdPolicy::Keep | IdPolicy::New => id.value.clone(),
        }
    }
}

pub(super) fn derived(id: &str) -> String {
    Uuid::new_v5(&NAMESPACE, id.as_bytes()).to_string()
}
