//! The document that names tests as its evidence.

use std::fs;
use std::path::Path;

/// All Rust source below a directory, in one text.
fn source(directory: &Path) -> String {
    let entries = fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path());
    entries
        .map(|path| match path.extension() {
            _ if path.is_dir() => source(&path),
            Some(extension) if extension == "rs" => fs::read_to_string(&path).unwrap(),
            _ => String::new(),
        })
        .collect()
}

#[test]
fn every_test_that_tokens_md_names_exists() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let source = source(&root.join("crates")) + &source(&root.join("bin"));
    let document = fs::read_to_string(root.join("docs/TOKENS.md")).unwrap();

    let code = document.split('`').skip(1).step_by(2);
    let tests: Vec<_> = code.filter(|code| code.matches('_').count() >= 3).collect();
    assert!(tests.len() > 40, "{}", tests.len());
    for test in tests {
        assert!(source.contains(&format!("fn {test}(")), "{test}");
    }
}
