//! `README.md`, which is also the documentation of the crate's root.

use super::{docs, example};
use crate::markdown;
use crate::model::{Model, Operation};
use crate::name::POSITIONAL;

pub(super) fn emit(model: &Model) -> String {
    let mut lines = vec![
        format!("# {}", model.package),
        String::new(),
        format!(
            "A typed client of Alibaba Cloud {} ({}, version {}) with {} operations.",
            markdown::line(&model.title),
            markdown::code(&model.product),
            markdown::code(&model.version),
            model.operations.len()
        ),
        String::new(),
    ];
    let chosen = model.operations.iter().find(|operation| Some(&operation.name.wire) == model.example.as_ref());
    let short = |operation: &&Operation| {
        !operation.docs.deprecated
            && operation.parameters.iter().filter(|parameter| parameter.field.required).count() <= POSITIONAL
    };
    let chosen = chosen.or_else(|| model.operations.iter().find(short));
    let example = chosen.and_then(|operation| example::example(model, operation));
    // What the example imports beside the operation's own has these names too.
    let clear = |example: &example::Example| !["Client", "Error", "Result"].iter().any(|name| example.names(name));
    if let Some(example) = example.filter(clear) {
        let root = model.package.replace('-', "_");
        let imports = ["Client".to_owned(), "Error".to_owned()].into_iter().chain(example.imports);
        lines.extend(["## A call".to_owned(), String::new(), "```no_run".to_owned()]);
        lines.push(format!("use {root}::{{{}}};", imports.collect::<Vec<_>>().join(", ")));
        lines.extend([String::new(), "async fn example() -> Result<(), Error> {".to_owned()]);
        lines.push(
            "    let client = Client::from_default_chain()?; // region and credentials from where they usually are"
                .to_owned(),
        );
        lines.extend(example.statements.iter().map(|line| format!("    {line}")));
        lines.extend([
            "    println!(\"{reply:?}\");".to_owned(),
            "    Ok(())".to_owned(),
            "}".to_owned(),
            "```".to_owned(),
            String::new(),
            "The region is `ALIBABA_CLOUD_REGION_ID`, or `region_id` of the profile that `aliyun configure` writes. The".to_owned(),
            "credentials come from the first source that has any: the environment (`ALIBABA_CLOUD_ACCESS_KEY_ID` and".to_owned(),
            "`ALIBABA_CLOUD_ACCESS_KEY_SECRET`), an OIDC role, the vendor's configuration files, the role of an ECS".to_owned(),
            "instance. A `Config` sets both in code, and timeouts, endpoint and more with them.".to_owned(),
            String::new(),
        ]);
    }
    let features = super::manifest::FEATURES.map(markdown::code).join(", ");
    lines.extend([
        "## Features".to_owned(),
        String::new(),
        format!("Those of the runtime, `alicloud-core`, whose documentation tells what they bring: {features}."),
        "On by default are `reqwest` and `rustls-ring`.".to_owned(),
        String::new(),
    ]);
    lines.extend(["## Operations".to_owned(), String::new()]);
    for operation in &model.operations {
        lines.push(format!("- `{}`: {}", operation.name.rust, docs::summary(operation)));
    }
    lines.push(String::new());
    if !model.endpoints.is_empty() {
        lines.extend(["## Regions".to_owned(), String::new()]);
        let regions = model.endpoints.iter().map(|endpoint| markdown::code(&endpoint.region));
        lines.push(format!("{}.", regions.collect::<Vec<_>>().join(", ")));
        lines.push(String::new());
    }
    if let Some(link) = model.documentation.as_deref().filter(|link| docs::is_link(link)) {
        lines.extend([format!("The vendor documents the product at <{link}>."), String::new()]);
    }
    lines.join("\n")
}
