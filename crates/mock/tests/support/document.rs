//! Small documents, one for each style.

/// RPC, version `2024-01-01`.
pub const RPC: &str = r#"{
  "info": {"style": "RPC", "product": "Demo", "version": "2024-01-01"},
  "apis": {
    "Ping": {"methods": ["post", "get", "head"], "security": [{"AK": []}], "parameters": [
        {"name": "Text", "in": "query", "schema": {"type": "string"}}],
      "responses": {"200": {"schema": {"type": "object", "properties": {
        "RequestId": {"type": "string"}, "Code": {"type": "string"}, "Text": {"type": "string", "example": "pong"}}}}}},
    "Store": {"methods": ["post"], "security": [{"AK": []}], "parameters": [
        {"name": "Password", "in": "formData", "schema": {"type": "string", "required": true}},
        {"name": "Pin", "in": "formData", "schema": {"type": "string", "x-sensitive": true}},
        {"name": "Account", "in": "formData", "style": "json", "schema": {"type": "object"}},
        {"name": "Size", "in": "formData", "schema": {"type": "integer", "maximum": "10"}}],
      "responses": {"200": {"schema": {"type": "object", "properties": {"RequestId": {"type": "string"}}}}}},
    "Open": {"methods": ["post"], "security": [{"Anonymous": []}], "parameters": [],
      "responses": {"200": {"schema": {"type": "object", "properties": {"RequestId": {"type": "string"}}}}}},
    "Fetch": {"methods": ["get"], "parameters": [],
      "responses": {"200": {"schema": {"type": "string", "format": "binary", "example": "PNG"}}}}
  }
}"#;

/// ROA, version `2015-12-15`.
pub const ROA: &str = r#"{
  "info": {"style": "ROA", "product": "Cs", "version": "2015-12-15"},
  "apis": {
    "DescribeCluster": {"path": "/clusters/{ClusterId}", "methods": ["get"], "parameters": [
        {"name": "ClusterId", "in": "path", "schema": {"type": "string", "required": true}}],
      "responses": {"200": {"schema": {"type": "object", "properties": {
        "requestId": {"type": "string"}, "name": {"type": "string", "example": "one"}}}}}},
    "DeleteCluster": {"path": "/clusters/{ClusterId}", "methods": ["delete"], "parameters": [
        {"name": "ClusterId", "in": "path", "schema": {"type": "string", "required": true}}],
      "responses": {"204": {}}}
  }
}"#;
