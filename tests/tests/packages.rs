//! What is published can be packaged, and says what it is.

use std::error::Error;
use std::path::Path;
use std::process::Command;

use alicloud_tests::root;
use alicloud_tests::scratch::ProgramOutput;
use serde_json::Value;

type Result<T = ()> = std::result::Result<T, Box<dyn Error>>;

/// The packages that are published, in an order in which each finds its dependencies.
const PUBLISHED: [&str; 8] = [
    "alicloud-core",
    "alicloud-document",
    "alicloud-codegen",
    "alicloud-mock",
    "alicloud-policy",
    "alicloud-explorer",
    "alicloud-cli",
    "alicloud-appstream-center-20210901",
];

fn cargo(arguments: &[&str]) -> Result<ProgramOutput> {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.args(arguments).current_dir(root()).env("CARGO_NET_OFFLINE", "true");
    command.env("CARGO_TARGET_DIR", Path::new(env!("CARGO_TARGET_TMPDIR")).join("packages"));
    Ok(ProgramOutput::from(command.output()?))
}

/// What cargo knows of the members of the workspace.
fn members() -> Result<Vec<Value>> {
    let finished = cargo(&["metadata", "--format-version", "1", "--no-deps"])?;
    assert!(finished.success, "{}", finished.errors);
    let metadata: Value = serde_json::from_str(&finished.output)?;
    Ok(metadata["packages"].as_array().cloned().ok_or("metadata has packages")?)
}

fn text<'a>(package: &'a Value, key: &str) -> &'a str {
    package[key].as_str().unwrap_or_default()
}

/// Whether this cargo packages crates together that depend on each other.
fn packages_together() -> Result<bool> {
    let output = cargo(&["--version"])?.output;
    let version = output.split_whitespace().nth(1).ok_or("cargo has a version")?;
    let mut numbers = version.split('.').filter_map(|number| number.parse::<u32>().ok());
    Ok((numbers.next(), numbers.next()) >= (Some(1), Some(90)))
}

#[test]
fn package_metadata_is_complete() -> Result {
    let members = members()?;
    let published: Vec<&Value> = members.iter().filter(|package| package["publish"].is_null()).collect();
    let mut names: Vec<&str> = published.iter().map(|package| text(package, "name")).collect();
    names.sort_unstable();
    let mut expected = PUBLISHED;
    expected.sort_unstable();
    assert_eq!(names, expected, "nothing else is published");
    for package in published {
        let name = text(package, "name");
        assert_eq!(text(package, "license"), "MIT OR Apache-2.0", "{name}");
        assert!(text(package, "description").len() > 20, "{name} is described");
        assert!(text(package, "repository").starts_with("https://"), "{name} has a repository");
        assert_eq!(text(package, "rust_version"), "1.88", "{name}");
        for list in ["keywords", "categories"] {
            let count = package[list].as_array().map_or(0, Vec::len);
            assert!((1..=5).contains(&count), "{name} has from one to five {list}");
        }
        let folder = Path::new(text(package, "manifest_path")).parent().ok_or("a manifest is in a folder")?;
        assert_eq!(text(package, "readme"), "README.md", "{name} has a README");
        let readme = std::fs::read_to_string(folder.join("README.md"))?;
        assert!(readme.contains(&format!("# {name}")), "the README of {name} is its own");
        // The registry requires a version for each dependency.
        for dependency in package["dependencies"].as_array().into_iter().flatten() {
            let development = dependency["kind"] == "dev";
            let has_version = dependency["req"] != "*" || development && !dependency["path"].is_null();
            assert!(has_version, "{name} needs some version of {}", dependency["name"]);
        }
    }
    Ok(())
}

#[test]
fn packages_contain_their_licenses() -> Result {
    for (file, words) in [("LICENSE-MIT", "Permission is hereby granted"), ("LICENSE-APACHE", "Apache License")] {
        assert!(std::fs::read_to_string(root().join(file))?.contains(words), "{file}");
    }
    Ok(())
}

#[test]
fn packages_contain_exactly_their_files() -> Result {
    for name in PUBLISHED {
        let finished = cargo(&["package", "--list", "--allow-dirty", "--package", name])?;
        assert!(finished.success, "{name}: {}", finished.errors);
        let files: Vec<String> = finished.output.lines().map(|line| line.replace('\\', "/")).collect();
        let source = if name == "alicloud-cli" { "src/main.rs" } else { "src/lib.rs" };
        for file in ["Cargo.toml", "README.md", source] {
            assert!(files.iter().any(|found| found == file), "{name} lacks {file}: {files:?}");
        }
        let foreign = |file: &&String| {
            let hidden = file.split('/').any(|part| part.starts_with('.')) && !file.starts_with(".cargo_vcs_info");
            hidden || file.starts_with("target/") || file.ends_with(".partial")
        };
        assert_eq!(files.iter().filter(foreign).collect::<Vec<_>>(), Vec::<&String>::new(), "in {name}");
    }
    Ok(())
}

#[test]
fn packages_can_be_built() -> Result {
    let published = if packages_together()? { &PUBLISHED[..] } else { &PUBLISHED[..1] };
    let mut arguments = vec!["package", "--no-verify", "--allow-dirty"];
    arguments.extend(published.iter().flat_map(|name| ["--package", name]));
    let finished = cargo(&arguments)?;
    assert!(finished.success, "{}", finished.errors);
    assert!(!finished.errors.contains("warning"), "{}", finished.errors);
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("packages/package");
    for name in published {
        let version = members()?
            .iter()
            .find(|package| text(package, "name") == *name)
            .map(|package| text(package, "version").to_owned());
        let file = folder.join(format!("{name}-{}.crate", version.unwrap_or_default()));
        let size = std::fs::metadata(&file)?.len();
        assert!((1_000..5_000_000).contains(&size), "{name} has {size} bytes");
    }
    Ok(())
}
