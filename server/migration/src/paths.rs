//! Paths of listeners and flows of V4 files, as the import compares them.

use std::collections::HashMap;

use crate::rules::paths::{normal, shape};

/// A listener's path as the server keeps it: with a slash at both ends, and no two in a row.
pub(crate) fn sanitised(path: &str) -> String {
    let mut out = String::from("/");
    for part in path.trim().split('/').filter(|part| !part.is_empty()) {
        out.push_str(part);
        out.push('/');
    }
    out
}

/// True when a flow's path has a parameter somewhere.
fn has_parameter(path: &str) -> bool {
    path.contains(':')
}

/// Of the paths of flows (enabled ones, of the API and of all plans), those that differ from an earlier one by the
/// names of their parameters alone, each with that earlier one.
pub(crate) fn ambiguous<'p, T: Copy>(paths: impl Iterator<Item = (T, std::borrow::Cow<'p, str>)>) -> Vec<(T, T)> {
    let mut first: HashMap<String, (T, String)> = HashMap::new();
    let mut found = Vec::new();
    for (place, path) in paths.filter(|(_, path)| has_parameter(path)) {
        let path = normal(&path);
        match first.get(&shape(&path)) {
            Some((earlier, same)) if *same != path => found.push((place, *earlier)),
            Some(_) => {}
            None => {
                first.insert(shape(&path), (place, path));
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn conflicts(paths: &[&'static str]) -> Vec<(usize, usize)> {
        ambiguous(paths.iter().enumerate().map(|(at, path)| (at, (*path).into())))
    }

    #[test]
    fn paths_that_differ_by_names_of_parameters_are_ambiguous() {
        assert_eq!(conflicts(&["/users/:id", "/users/:userId"]), [(1, 0)]);
        assert_eq!(conflicts(&["/users/:id", "/users//:id/", "users/:id"]), []);
        assert_eq!(conflicts(&["/users/:id", "/users/me", "/users/:id/cart", "/shops/:id"]), []);
        assert_eq!(conflicts(&["/:a/x", "/b/:x", "/:c/x"]), [(2, 0)]);
        assert_eq!(conflicts(&["/a", "/a"]), []);
    }

    #[test]
    fn the_server_adds_and_joins_slashes() {
        assert_eq!(sanitised("orders"), "/orders/");
        assert_eq!(sanitised("/a//b/"), "/a/b/");
        assert_eq!(sanitised(""), "/");
    }
}
