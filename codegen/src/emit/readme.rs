//! `README.md`, which is also the documentation of the crate's root.

use super::docs;
use crate::markdown;
use crate::model::Model;

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
    let example = model.operations.iter().find(|operation| {
        let required = operation.parameters.iter().filter(|parameter| parameter.field.required);
        required.count() <= crate::name::POSITIONAL && super::example::emit(model, operation).is_some()
    });
    if let Some(example) = example {
        lines.extend(["## A call".to_owned(), String::new()]);
        let code = super::example::emit(model, example).unwrap_or_default();
        let root = model.package.replace('-', "_");
        let setup = format!("let client = {root}::Client::from_env()?; // region and credentials of the environment");
        for line in code {
            let line = match line.as_str() {
                "# async fn example(client: Client) -> Result<(), Error> {" => {
                    lines.push("# async fn example() -> Result<(), Error> {".to_owned());
                    setup.clone()
                }
                import if import.contains("{Client, Error, ") => import.replace("{Client, Error, ", "{Error, "),
                _ => line,
            };
            lines.push(line);
        }
        lines.extend([
            String::new(),
            "The environment gives the region in `ALIBABA_CLOUD_REGION_ID` and the access key in".to_owned(),
            "`ALIBABA_CLOUD_ACCESS_KEY_ID` and `ALIBABA_CLOUD_ACCESS_KEY_SECRET`; a `Config` sets them in code, and".to_owned(),
            "timeouts, endpoint and signature with them.".to_owned(),
            String::new(),
        ]);
    }
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
