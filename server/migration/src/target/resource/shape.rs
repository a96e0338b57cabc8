//! The import shape as a custom resource: what has another place there, and what it cannot hold.

use crate::convert::Notes;
use crate::v2;
use crate::v4::Object;

/// The custom resource of a definition in the import shape.
pub fn shape<'d>(import: Object<'d>, _api: &v2::Api<'d>, _notes: &mut Notes) -> Object<'d> {
    import
}
