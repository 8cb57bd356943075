//! Published vectors. They sign all sorts of payloads, so only the outside of a token and its signature are judged here.

mod primitives;
mod rfc;
mod wycheproof;

use std::path::PathBuf;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;

use crate::jws::Compact;
use crate::jws::Header;
use crate::{Validation, VerificationKeys, VerifyError};

/// Whether one of these keys has signed this token.
fn verdict(keys: &VerificationKeys, token: &str) -> Result<(), VerifyError> {
    let jws = Compact::read(token).or_else(|why| binary(token).ok_or(why))?;
    let header = Header::read(&jws.header, &Validation::new())?;
    keys.check(&header, &jws)
}

/// A token whose payload is not text, which is none of ours but may be signed well.
fn binary(token: &str) -> Option<Compact<'_>> {
    let (signing_input, signature) = token.rsplit_once('.')?;
    let (header, payload) = signing_input.split_once('.')?;
    String::from_utf8(URL_SAFE_NO_PAD.decode(payload).ok()?).err()?;
    let header = String::from_utf8(URL_SAFE_NO_PAD.decode(header).ok()?).ok()?;
    let signature = URL_SAFE_NO_PAD.decode(signature).ok()?;
    Some(Compact { signing_input, header: header.into(), payload: String::new(), signature })
}

/// A file of the directory that `JOSE_VECTORS` names: its Wycheproof part is too large for this repository.
fn vectors(file: &str) -> Option<Value> {
    let Some(directory) = std::env::var_os("JOSE_VECTORS") else {
        eprintln!("skipped: JOSE_VECTORS does not name the directory that holds {file}");
        return None;
    };
    let path = PathBuf::from(directory).join(file);
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| unreachable!("{}: {error}", path.display()));
    Some(serde_json::from_str(&text).unwrap_or_else(|error| unreachable!("{}: {error}", path.display())))
}

/// Each test of a Wycheproof file, with its group.
fn tests(file: &Value) -> impl Iterator<Item = (&Value, &Value)> {
    array(&file["testGroups"]).flat_map(|group| array(&group["tests"]).map(move |test| (group, test)))
}

fn array(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}
