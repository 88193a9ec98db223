#!/usr/bin/env python3
"""Compares generated crates with the documents that they come from, independently of the generator.

    compare.py DOCUMENT CRATE [DOCUMENT CRATE ...]
    compare.py --documents FOLDER [FOLDER ...] --crates FOLDER

A document is a JSON file in the vendor's format; a crate is the folder of the generated package. With `--documents`, every
document below the folders is compared with the crate below `--crates` whose sources name its product and version.
Operations that the generator refused are missing in the crate: they are listed, and are no differences.

For every operation: name, style, HTTP method, path; for every parameter: wire name, place, encoding, whether it is
required, its type down to the last nested field, and the values of its enumeration; for every response: the same of its
fields. The permissions of each operation, its error codes and its rate limits are compared as well, the permissions both
in the documentation and in `permissions.json`. The script prints each difference and the number of compared facts; it exits with 1 if anything differs and with
2 if nothing was compared.

The rules are those of the document format and of the wire protocol; the script shares no code with the generator. What
it knows about the form of generated code is in the class `Crate`, and nowhere else. Python's standard library suffices.
"""

import argparse
import json
import re
import sys
from pathlib import Path


class Crate:
    """What the sources of a generated crate declare."""

    OPERATION = re.compile(r"^operation! \{\n    (\w+) => (\w+),\n    OperationInfo::(.*?),\n((?:    \w+ \"[^\n]*,\n)*)\}", re.M | re.S)
    ROA = re.compile(r'^roa\("((?:[^"\\]|\\.)*)", &Method::(\w+), "((?:[^"\\]|\\.)*)"\)')
    RPC = re.compile(r'^rpc\("((?:[^"\\]|\\.)*)"\)(?:\.method\(&Method::(\w+)\))?')
    PARAMETER = re.compile(r'^    (\w+) "((?:[^"\\]|\\.)*)" => ([\w#]+)', re.M)
    STRUCT = re.compile(r"^pub struct (\w+) \{\n(.*?)^\}", re.M | re.S)
    EMPTY = re.compile(r"^pub struct (\w+)(?: \{\s*\}|;)", re.M)
    FIELD = re.compile(r"^    pub ([\w#]+):\s+(.+(?:\n {8}.+|\n    >.*)*),$", re.M)
    FIELDS = re.compile(r"^fields! \{\n    (\w+): [\w +]+,\n(.*?)^\}", re.M | re.S)
    NAMED = re.compile(r'^    "((?:[^"\\]|\\.)*)" => ([\w#]+)', re.M)
    WHOLE = re.compile(r"^whole!\((\w+), (\w+)\);", re.M)
    ENUM = re.compile(r"^impl (\w+) \{\n(?:(?!\})[^\n]*\n)*?    pub const KNOWN:[^=\n]*= ?\s*&\[([^\]]*)\];", re.M)
    VALUE = re.compile(r'\(\s*"((?:[^"\\]|\\.)*)"\s*,\s*Self::\w+\s*,?\s*\)')
    GENERIC = re.compile(r"^([\w:]+)(?:<(.+)>)?$")

    def __init__(self, folder):
        self.modules = {}
        self.operations = {}
        sources = Path(folder) / "src"
        if not sources.is_dir():
            raise FileNotFoundError(f"{folder} is not a generated crate")
        for path in sorted(sources.rglob("*.rs")):
            name = "types" if path.parent == sources and path.stem == "types" else path.stem
            if path.parent != sources or name == "types":
                text = path.read_text("utf-8")
                self.modules[name] = self.module(text, name)
                self.modules[name]["text"] = text
        table = json.loads((Path(folder) / "permissions.json").read_text("utf-8"))
        self.permissions = {entry["name"]: entry.get("permissions", []) for entry in table["operations"]}

    def module(self, text, name):
        module = {"structs": {}, "names": {}, "whole": {}, "enums": {}}
        for match in self.STRUCT.finditer(text):
            module["structs"][match[1]] = {m[1]: joined(m[2]) for m in self.FIELD.finditer(match[2])}
        for match in self.EMPTY.finditer(text):
            module["structs"].setdefault(match[1], {})
        for match in self.FIELDS.finditer(text):
            module["names"][match[1]] = {unescape(m[1]): m[2] for m in self.NAMED.finditer(match[2])}
        for match in self.WHOLE.finditer(text):
            module["whole"][match[1]] = match[2]
        for match in self.ENUM.finditer(text):
            module["enums"][match[1]] = [unescape(value) for value in self.VALUE.findall(match[2])]
        for match in self.OPERATION.finditer(text):
            self.operation(match, name)
        return module

    def operation(self, match, module):
        request, response, info, table = match.groups()
        roa, rpc = self.ROA.match(info), self.RPC.match(info)
        found = {"module": module, "request": request, "response": response, "info": info}
        if roa:
            name, found["method"], found["path"] = unescape(roa[1]), roa[2], unescape(roa[3])
        elif rpc:
            name, found["method"], found["path"] = unescape(rpc[1]), rpc[2] or "POST", None
        else:
            sys.exit(f"{module}.rs: the script cannot read this description of an operation: {info}")
        found["body"] = set(re.findall(r"\.(form|json|text|bytes|raw)\(\)", info))
        found["kind"] = re.findall(r"ResponseKind::(\w+)", info)
        found["parameters"] = [(p[1], unescape(p[2]), p[3]) for p in self.PARAMETER.finditer(table)]
        self.operations[name] = found

    def fields(self, module, name):
        """The fields of a struct by wire name, each with its type; `None` if there is no such struct."""
        structs = self.modules[module]["structs"]
        if name not in structs:
            return None
        names = self.modules[module]["names"].get(name, {})
        return {wire: structs[name].get(field) for wire, field in names.items()}

    def kind(self, module, text):
        """A type as `(kind, argument, module)`: scalars by their Rust name, `list`, `map`, `struct`, `enum`."""
        head, argument = self.GENERIC.match(text).groups()
        if head in ("Option", "Box", "Sensitive", "sensitive::Sensitive"):
            return self.kind(module, argument)
        if head == "Timestamp":
            return "String", None, module
        if head == "Vec":
            return "list", argument, module
        if head in ("BTreeMap", "HashMap"):
            return "map", argument.split(",", 1)[1].strip(), module
        if "::" in head:
            *path, head = head.split("::")
            module = path[-1]
        found = self.modules.get(module, {"enums": {}, "structs": {}})
        if head in found["enums"]:
            return "enum", head, module
        if head in found["structs"]:
            return "struct", head, module
        return head, None, module

    @staticmethod
    def is_required(text):
        return not text.startswith("Option<")


def joined(text):
    """A type that is written over several lines, on one."""
    return re.sub(r",?\s+(?=>)|\s+", "", text)


def unescape(text):
    """A Rust string literal without its quotes, as text."""
    simple = {"n": "\n", "t": "\t", "r": "\r", "0": "\0", "\\": "\\", '"': '"', "'": "'"}
    return re.sub(
        r"\\(?:u\{([0-9a-fA-F]+)\}|(.))", lambda m: chr(int(m[1], 16)) if m[1] else simple.get(m[2], m[2]), text
    )


SCALARS = {
    "string": "String",
    "boolean": "bool",
    "number": "f64",
}


class Comparison:
    """One document beside one crate."""

    def __init__(self, document, crate):
        self.document, self.crate = document, crate
        self.schemas = (document.get("components") or {}).get("schemas") or {}
        self.facts, self.differences = 0, []
        self.seen = set()

    def check(self, where, what, expected, actual):
        self.facts += 1
        if expected != actual:
            self.differences.append(f"{where}: {what}: expected {expected!r}, found {actual!r}")
        return expected == actual

    def run(self):
        operations = self.document.get("apis") or {}
        self.refused = sorted(set(operations) - set(self.crate.operations))
        self.check("crate", "unknown operations", [], sorted(set(self.crate.operations) - set(operations)))
        for name, operation in operations.items():
            if name in self.crate.operations:
                self.operation(name, operation, self.crate.operations[name])
        return self

    def operation(self, name, operation, found):
        style, path = self.document["info"].get("style"), operation.get("path")
        by_path = style in ("ROA", "FC", "PDS") or (style == "V3" and path not in (None, "", "/"))
        methods = [method.upper() for method in operation.get("methods") or []]
        # The vendor's SDKs choose POST wherever it is listed.
        method = "POST" if "POST" in methods else (methods or ["GET" if by_path else "POST"])[0]
        self.check(name, "path", (path or "/") if by_path else None, found["path"])
        self.check(name, "method", method, found["method"])
        expected = {}
        for parameter in operation.get("parameters") or []:
            key = str(parameter["name"])
            schema = parameter.get("schema") or {}
            required = flag(schema.get("required")) or flag(parameter.get("required")) or parameter["in"] == "path"
            known = expected.setdefault(key, {"in": parameter["in"], "style": parameter.get("style"), "schema": schema, "required": False})
            known["required"] |= required
        bodies = {self.body(parameter) for parameter in expected.values() if parameter["in"] == "body"}
        form = {"form" for parameter in expected.values() if parameter["in"] == "formData" and method != "GET"}
        self.check(name, "body", bodies or form, found["body"])
        actual = {wire: (place, field) for place, wire, field in found["parameters"]}
        self.check(name, "parameters", list(expected), [wire for _, wire, _ in found["parameters"]])
        types = self.crate.modules[found["module"]]["structs"].get(found["request"], {})
        for wire, parameter in expected.items():
            if wire not in actual:
                continue
            place, field = actual[wire]
            where = f"{name}.{wire}"
            text = types.get(field)
            if not self.check(where, "has a field", True, text is not None):
                continue
            self.check(where, "place", self.place(parameter, method), place)
            self.check(where, "required", parameter["required"], self.crate.is_required(text))
            if parameter["in"] == "body" and self.type_of(parameter["schema"]) == "string":
                kind = "Bytes" if parameter["schema"].get("format") in ("binary", "byte") else "String"
                self.check(where, "type", kind, self.crate.kind(found["module"], text)[0])
            else:
                self.value(where, parameter["schema"], found["module"], text)
        self.response(name, operation, found)
        self.permissions(name, operation, self.crate.modules[found["module"]]["text"])
        self.error_codes(name, operation, self.crate.modules[found["module"]]["text"])
        self.rate_limits(name, operation, self.crate.modules[found["module"]]["text"])

    def permissions(self, name, operation, text):
        """Compares actions, resources, condition keys and dependent actions."""
        short = operation.get("x-ram-action")
        if short:
            expected = {short["action"]: ({short["resource"]} if "resource" in short else set(), set(), set())}
        else:
            listed = [entry for entry in rows(self.document.get("ram"), "ramActions") if entry.get("apiName") == name]
            expected = {}
            for entry in rows(operation, "ramActions") + listed:
                action = entry.get("ramAction") or {}
                if not action.get("action"):
                    continue
                arns, keys, others = expected.setdefault(action["action"], (set(), set(), set()))
                arns |= {row["arn"] for row in rows(action, "resources") if row.get("arn")}
                keys |= {row["conditionKey"] for row in rows(action, "actionConditions") if row.get("conditionKey")}
                others |= {row if isinstance(row, str) else row["action"] for row in entry.get("additionalActions") or []}
        found = {
            row["action"]: (
                {resource["arn"] for resource in row.get("resources", [])},
                {condition["key"] for condition in row.get("conditions", [])},
                set(row.get("dependentActions", [])),
            )
            for row in self.crate.permissions.get(name, [])
        }
        self.check(name, "permissions", expected, found)
        for action, parts in expected.items():
            for fact in {action}.union(*parts):
                escaped = fact.replace("|", "\\|")
                self.check(name, f"documents {fact}", True, f"`{escaped}`" in text or len(fact) > 120)

    def error_codes(self, name, operation, text):
        codes = operation.get("errorCodes") or {}
        codes = {entry["errorCode"] for status in codes.values() for entry in status or [] if entry.get("errorCode")}
        for code in codes:
            constant = f'"{code}"' in text
            self.check(name, f"error code {code}", True, constant or "Codes that have no constant:" in text)

    def rate_limits(self, name, operation, text):
        listed = [entry for entry in rows(self.document.get("flowControl"), "flowControlList") if entry.get("api") == name]
        for entry in rows(operation.get("flowControl"), "flowControlList") + listed:
            if int(entry["threshold"]) > 0:
                call = "call" if int(entry["threshold"]) == 1 else "calls"
                self.check(name, "rate limit", True, f"At most {entry['threshold']} {call} per " in text)

    def place(self, parameter, method):
        """The place and the encoding, as the table of generated code names them."""
        place = {"formData": "form"}.get(parameter["in"], parameter["in"])
        if place == "form" and method == "GET":
            place = "query"
        kind = self.type_of(parameter["schema"])
        if place == "body":
            return "body_bytes" if self.body(parameter) in ("bytes", "raw") else "body"
        if place not in ("query", "form"):
            return place
        style = parameter["style"]
        if kind not in ("array", "object", "any"):
            return place
        schema = self.resolve(parameter["schema"])
        open_ = kind == "object" and not schema.get("properties") and not schema.get("additionalProperties")
        # A value whose form the document leaves open is one JSON text.
        if style == "json" or kind == "any" or open_:
            return place + "_json"
        if style == "simple" and kind == "array":
            return place + "_joined"
        return place

    def body(self, parameter):
        """The form of a whole body: a text without a format is JSON that the caller has written."""
        if self.type_of(parameter["schema"]) != "string":
            return "json"
        return {"binary": "bytes", "byte": "raw"}.get(parameter["schema"].get("format"), "text")

    def resolve(self, schema):
        for _ in range(100):
            reference = (schema or {}).get("$ref")
            if not reference:
                return schema or {}
            name = reference.rsplit("/", 1)[-1]
            schema = self.schemas.get(name)
        return {}

    def is_endless(self, schema):
        """Whether a list or a map contains itself and nothing else, so that no Rust type can spell it."""
        passed = []
        while id(schema) not in passed:
            passed.append(id(schema))
            if self.type_of(schema) == "array":
                schema = self.resolve(schema.get("items"))
            elif self.type_of(schema) == "object" and not schema.get("properties"):
                schema = self.resolve(schema.get("additionalProperties") or {})
            else:
                return False
        return True

    def type_of(self, schema):
        schema = self.resolve(schema)
        kind = schema.get("type")
        if kind in ("file",):
            return "string"
        if kind in (None, ""):
            return "object" if schema.get("properties") else "array" if schema.get("items") else "any"
        return kind

    def value(self, where, schema, module, text):
        """Compares the type of a value, down to its last field."""
        kind, argument, owner = self.crate.kind(module, text)
        schema = self.resolve(schema)
        key = (id(schema), text, module)
        if key in self.seen:
            return
        self.seen.add(key)
        type_ = self.type_of(schema)
        # No Rust type can spell the levels of such a value; it is open at one of them.
        if kind == "Value" and self.is_endless(schema):
            type_ = "any"
        if type_ == "array":
            if self.check(where, "type", "list", kind):
                self.value(where + "[]", schema.get("items") or {}, owner, argument)
        elif type_ == "object" and schema.get("properties"):
            if self.check(where, "type", "struct", kind):
                self.fields(where, schema["properties"], owner, argument)
        elif type_ == "object" and isinstance(schema.get("additionalProperties"), dict) and schema["additionalProperties"]:
            if self.check(where, "type", "map", kind):
                self.value(where + "{}", schema["additionalProperties"], owner, argument)
        elif type_ in ("object", "any"):
            self.check(where, "type", "Value", kind)
        elif type_ == "integer":
            self.check(where, "type", "i32" if schema.get("format") == "int32" else "i64", kind)
        elif type_ == "string":
            self.text(where, schema, kind, argument, owner)
        else:
            self.check(where, "type", SCALARS.get(type_, type_), kind)

    def text(self, where, schema, kind, argument, owner):
        values = self.values(schema)
        if values:
            if self.check(where, "type", "enum", kind):
                self.check(where, "values", values, self.crate.modules[owner]["enums"][argument])
        else:
            self.check(where, "type", "Bytes" if schema.get("format") == "binary" else "String", kind)

    @staticmethod
    def values(schema):
        listed = schema.get("enum")
        titles = schema.get("enumValueTitles")
        values = listed if isinstance(listed, list) and listed else list(titles) if isinstance(titles, dict) else []
        distinct = []
        for value in values:
            value = value if isinstance(value, str) else json.dumps(value)
            if value not in distinct:
                distinct.append(value)
        return distinct

    def fields(self, where, properties, module, name):
        found = self.crate.fields(module, name)
        if not self.check(where, "has fields", True, found is not None):
            return
        self.check(where, "fields", list(properties), list(found))
        for wire, schema in properties.items():
            text = found.get(wire)
            if wire in found and self.check(f"{where}.{wire}", "has a field", True, text is not None):
                self.value(f"{where}.{wire}", schema, module, text)

    def response(self, name, operation, found):
        responses = operation.get("responses") or {}
        status = "200" if "200" in responses else next((s for s in responses if str(s).startswith("2")), None)
        answer = responses.get(status) if status else None
        schema = answer.get("schema") if isinstance(answer, dict) else None
        module, struct = found["module"], found["response"]
        where = f"{name} response"
        kinds = set(found["kind"])
        targets = [it["headers"]["location"] for code, it in responses.items() if str(code).startswith("3") and "location" in it.get("headers", {})]
        if status is None and targets and self.document["info"].get("style") == "PDS":
            self.check(where, "kind", {"Redirect"}, kinds)
            self.fields(where, {"location": targets[0]["schema"]}, module, struct)
            return
        if not schema:
            self.check(where, "kind", {"Empty"}, kinds)
            return
        kind, resolved = self.type_of(schema), self.resolve(schema)
        binary = resolved.get("format") in ("binary", "byte") or resolved.get("type") == "file"
        if kind == "string" and binary:
            self.check(where, "kind", {"Bytes"}, kinds)
            return
        if kind == "object" and resolved.get("properties"):
            self.check(where, "kind", set(), kinds)
            self.fields(where, resolved["properties"], module, struct)
            return
        field = self.crate.modules[module]["whole"].get(struct)
        if self.check(where, "is one value", True, field is not None):
            self.check(where, "kind", {"Text"} if kind == "string" else set(), kinds)
            self.value(where, schema, module, self.crate.modules[module]["structs"][struct][field])


def rows(owner, key):
    """The objects of a list, if there is one."""
    found = (owner or {}).get(key) if isinstance(owner, dict) else None
    return [row for row in found if isinstance(row, dict)] if isinstance(found, list) else []


def flag(value):
    """`required` is a boolean, but some documents write text, and schemas of objects a list of names."""
    return value is True or value == "true"


def origins(folder):
    """The generated crates below a folder, by package name, and by product and version."""
    for library in Path(folder).glob("*/src/lib.rs"):
        yield library.parent.parent.name, library.parent.parent
        origin = re.match(r"// @generated by \S+ from (.+?);", library.read_text("utf-8"))
        if origin:
            yield origin[1], library.parent.parent


def pairs(arguments):
    if arguments.documents:
        crates = dict(origins(arguments.crates))
        files = [file for folder in arguments.documents for file in Path(folder).rglob("*.json")]
        for document in sorted(files):
            info = json.loads(document.read_text("utf-8")).get("info") or {}
            if "product" in info:
                crate = (info.get("x-crate") or {}).get("name") or f"{info['product']} {info['version']}"
                yield document, crates.get(crate, Path(arguments.crates) / crate)
        return
    if len(arguments.paths) % 2:
        sys.exit("every document needs the folder of its crate beside it")
    for index in range(0, len(arguments.paths), 2):
        yield Path(arguments.paths[index]), Path(arguments.paths[index + 1])


def main():
    parser = argparse.ArgumentParser(description="Compares generated crates with their documents.")
    parser.add_argument("paths", nargs="*", metavar="DOCUMENT CRATE")
    parser.add_argument("--documents", metavar="FOLDER", nargs="+")
    parser.add_argument("--crates", metavar="FOLDER")
    parser.add_argument("--most", type=int, default=20, help="differences that are printed for each document (20)")
    arguments = parser.parse_args()
    documents = operations = facts = differences = 0
    for document, crate in pairs(arguments):
        comparison = Comparison(json.loads(document.read_text("utf-8")), Crate(crate)).run()
        documents += 1
        operations += len(comparison.crate.operations)
        facts += comparison.facts
        differences += len(comparison.differences)
        if comparison.refused:
            print(f"{document}: not in the crate: {', '.join(comparison.refused)}")
        for difference in comparison.differences[: arguments.most]:
            print(f"{document}: {difference}")
        if len(comparison.differences) > arguments.most:
            print(f"{document}: {len(comparison.differences) - arguments.most} more differences")
    print(f"documents {documents}, operations {operations}, facts {facts}, differences {differences}")
    sys.exit(2 if not facts else 1 if differences else 0)


main()
