//! What the rules about health checks share.

use crate::v2::{Endpoint, Group, HealthCheck};

use super::Context;

/// The check that V4 gives to the endpoints of a group: that of the group comes before that of the API, and one that
/// says not when it runs is no check.
pub(super) fn of_group<'a, 'd>(cx: &Context<'a, 'd>, group: &'a Group<'d>) -> Option<&'a HealthCheck<'d>> {
    let checks = [group.services.health_check.as_ref(), cx.api.services.health_check.as_ref()];
    checks.into_iter().flatten().find(|check| check.schedule.tells_when()).filter(|check| check.is_enabled())
}

/// True when V4 checks an endpoint. A check of its own that is off counts for none there.
pub(super) fn is_checked(cx: &Context<'_, '_>, group: &Group<'_>, endpoint: &Endpoint<'_>) -> bool {
    let own = endpoint.health_check.as_ref().filter(|check| !check.inherits() && check.schedule.cron.is_some());
    own.is_some_and(HealthCheck::is_enabled) || of_group(cx, group).is_some()
}

/// True for an endpoint that V2 leaves out of all checks because it says so.
pub(super) fn opts_out(endpoint: &Endpoint<'_>) -> bool {
    let says = endpoint.health_check.as_ref().and_then(|check| check.enabled.as_ref());
    says.is_some_and(|enabled| !enabled.value)
}
