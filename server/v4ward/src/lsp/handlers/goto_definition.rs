//! `textDocument/definition`: between a V2 definition and the V4 file beside it.

use std::path::Path;
use std::sync::Arc;

use tower_lsp::jsonrpc::Result;
use tower_lsp::ls_types::*;
use v4ward_migration::Definition;

use crate::generated;
use crate::lsp::convert;
use crate::lsp::documents::Snapshot;
use crate::lsp::state::{State, in_background};
use crate::lsp::v4file;
use crate::lsp::workspace;

pub(in crate::lsp) async fn handle(
    state: &Arc<State>,
    params: GotoDefinitionParams,
) -> Result<Option<GotoDefinitionResponse>> {
    let TextDocumentPositionParams { text_document, position } = params.text_document_position_params;
    let Some(snapshot) = state.snapshot(&text_document.uri).await else { return Ok(None) };
    let Some(path) = snapshot.path.clone() else { return Ok(None) };
    let others = match snapshot.definition {
        Definition::V2 => snapshot.v4_path().into_iter().collect(),
        Definition::V4 => {
            in_background(move || generated::sources(&path).into_iter().map(|(path, _)| path).collect()).await?
        }
        Definition::V1 | Definition::Unknown => Vec::new(),
    };
    let mut locations = Vec::new();
    for other in others {
        let Some(other) = look_at(state, &other).await else { continue };
        let here = Arc::clone(&snapshot);
        locations.extend(in_background(move || locations_in(&here, &other, position)).await?);
    }
    Ok((!locations.is_empty()).then_some(GotoDefinitionResponse::Array(locations)))
}

/// The other file, as it is in the editor or on disk.
async fn look_at(state: &Arc<State>, path: &Path) -> Option<Arc<Snapshot>> {
    let uri = convert::uri_of(path).filter(|_| path.is_file())?;
    workspace::look_at(state, &uri, path).await.ok()
}

fn locations_in(here: &Snapshot, other: &Snapshot, position: Position) -> Vec<Location> {
    let offset = here.offset(position);
    let places = match here.definition {
        Definition::V4 => v4file::sources_of(other, here, offset),
        _ => v4file::targets_of(here, offset),
    };
    let nodes = places.iter().filter_map(|place| place.find(&other.document));
    nodes.map(|node| Location::new(other.uri.clone(), other.range(node.member_span()))).collect()
}
