//! Definitions whose secrets can be told apart from everything else.

use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::{Map, Value};
use v4ward_benches::Profile;

use crate::mutation::{self, mutate};

/// What every planted secret starts with.
pub(crate) const MARK: &str = "S3CR3T-";

/// A definition with every place that holds a secret.
pub(crate) const TEMPLATE: &str = r##"{
  "id": "2b8f4c1e-0000-4000-8000-000000000001",
  "name": "Orders",
  "version": "1.0",
  "gravitee": "2.0.0",
  "execution_mode": "v4-emulation-engine",
  "proxy": {
    "virtual_hosts": [{ "path": "/orders" }],
    "groups": [
      {
        "name": "backend",
        "endpoints": [
          {
            "name": "one",
            "target": "https://orders.example",
            "inherit": false,
            "headers": { "Authorization": "?" },
            "proxy": { "enabled": true, "host": "proxy.example", "port": 3128, "username": "me", "password": "?" },
            "ssl": {
              "keyStore": { "type": "PEM", "keyContent": "?", "certContent": "c" },
              "trustStore": { "type": "PKCS12", "content": "c", "password": "?" }
            }
          }
        ],
        "headers": [{ "name": "Authorization", "value": "?" }, { "name": "Proxy-Authorization", "value": "?" }],
        "proxy": { "enabled": true, "type": "SOCKS5", "password": "?" },
        "ssl": {
          "keyStore": { "type": "jks", "content": "?", "password": "?", "keyPassword": "?" },
          "trustStore": { "type": "", "path": "/store", "content": "c", "password": "?" }
        },
        "services": {
          "discovery": {
            "enabled": true,
            "provider": "consul-service-discovery",
            "configuration": {
              "url": "https://consul.example",
              "service": "orders",
              "acl": "?",
              "trustStoreType": "jks",
              "trustStorePassword": "?",
              "keyStoreType": "pkcs12",
              "keyStoreContent": "?",
              "keyStorePassword": "?"
            }
          }
        }
      }
    ]
  },
  "services": {
    "health-check": {
      "enabled": true,
      "schedule": "*/10 * * * * *",
      "steps": [
        {
          "request": { "path": "/", "method": "GET", "headers": [{ "name": "Authorization", "value": "?" }] },
          "response": { "assertions": ["#response.status == 200"] }
        }
      ]
    },
    "dynamic-property": {
      "enabled": true,
      "provider": "HTTP",
      "schedule": "*/10 * * * * *",
      "configuration": {
        "url": "https://properties.example",
        "method": "GET",
        "specification": "[]",
        "headers": [{ "name": "Authorization", "value": "?" }]
      }
    }
  },
  "properties": [{ "key": "token", "value": "?", "encrypted": true }],
  "resources": [{ "name": "login", "type": "oauth2", "enabled": true, "configuration": { "clientSecret": "?" } }],
  "flows": [],
  "plans": [
    { "name": "Keyed", "security": "JWT", "securityDefinition": "?", "status": "PUBLISHED", "flows": [] },
    { "name": "Login", "security": "OAUTH2", "securityDefinition": { "clientSecret": "?" }, "status": "PUBLISHED" }
  ]
}"##;

/// A text with secrets, damaged in ways that leave each secret in its place or away from any name.
pub(crate) fn planted(profile: impl Strategy<Value = Profile>) -> impl Strategy<Value = String> {
    let generated = (any::<u64>(), profile).prop_map(|(seed, profile)| v4ward_benches::definition(seed, 1, &profile));
    let base = prop_oneof![3 => Just(TEMPLATE.to_owned()), 1 => generated];
    (base, vec(mutation::of_node(), 0..6)).prop_map(|(text, mutations)| mutate(&plant_in(&text), &mutations))
}

/// The definition with a mark in each place of a secret.
pub(crate) fn plant_in(text: &str) -> String {
    let mut root: Value = serde_json::from_str(text).unwrap();
    plant(&mut root, &mut 0);
    serde_json::to_string_pretty(&root).unwrap()
}

fn plant(value: &mut Value, number: &mut u32) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(|item| plant(item, number)),
        Value::Object(members) => plant_in_members(members, number),
        Value::String(text) if text == "?" => *text = next(number),
        _ => {}
    }
}

fn plant_in_members(members: &mut Map<String, Value>, number: &mut u32) {
    let named = members.get("name").and_then(Value::as_str).is_some_and(is_secret_header);
    let encrypted = members.get("encrypted") == Some(&Value::Bool(true));
    for (key, value) in members {
        let own = is_secret_key(key) || is_secret_header(key) || (key == "value" && (named || encrypted));
        match value {
            Value::String(text) if own => *text = next(number),
            value => plant(value, number),
        }
    }
}

fn is_secret_key(key: &str) -> bool {
    let key = key.to_ascii_lowercase();
    // A trust store and a certificate are public.
    key.contains("password") || key.contains("secret") || matches!(key.as_str(), "keycontent" | "keystorecontent")
}

fn is_secret_header(name: &str) -> bool {
    matches!(name.to_ascii_lowercase().as_str(), "authorization" | "proxy-authorization")
}

fn next(number: &mut u32) -> String {
    *number += 1;
    format!("{MARK}{number}")
}
