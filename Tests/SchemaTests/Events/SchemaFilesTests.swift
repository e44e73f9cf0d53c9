import Schema
import Testing

/// What subscribers were promised: `docs/events/<type>.schema.json`, one file per version, kept for ever.
@Suite struct SchemaFilesTests {
    private static func fileName(_ type: String) -> String { "\(type).schema.json" }

    @Test(arguments: EventCatalogue.described.map { $0.type })
    func committedSchemaIsThatOfTheSwiftType(type: String) throws {
        let event = try #require(EventCatalogue.described.first { $0.type == type })
        let generated = event.schemaDocument.document
        let name = Self.fileName(type)
        let committed = try CommittedFiles.json(name, in: CommittedFiles.documentation)
        if CommittedFiles.isRecording, committed.map({ hasSameShape($0, generated) }) ?? true {
            try CommittedFiles.write(
                generated.serialized(pretty: true) + "\n", to: name, in: CommittedFiles.documentation)
            return
        }
        #expect(
            CommittedFiles.text(name, in: CommittedFiles.documentation) == generated.serialized(pretty: true) + "\n",
            "if only texts changed, or the version is new: CARAVAN_RECORD=1; if the shape changed: increase the version"
        )
    }

    /// Compatible both ways is not enough here: a version, once committed, keeps its members.
    private func hasSameShape(_ left: JSONValue, _ right: JSONValue) -> Bool {
        func shape(_ value: JSONValue) -> JSONValue {
            switch value {
            case .object(let members):
                .object(
                    members.filter { $0.key != "examples" && ($0.key != "description" || isObject($0.value)) }
                        .mapValues(shape))
            case .array(let elements): .array(elements.map(shape))
            default: value
            }
        }
        func isObject(_ value: JSONValue) -> Bool {
            if case .object = value { true } else { false }
        }
        return shape(left) == shape(right)
    }

    @Test(arguments: EventCatalogue.described.map { $0.family })
    func everyVersionIsCompatibleWithEveryEarlierOne(family: String) throws {
        let event = try #require(EventCatalogue.described.first { $0.family == family })
        let history = try (1...event.version).map { version in
            let name = Self.fileName("\(family).v\(version)")
            return try #require(try CommittedFiles.json(name, in: CommittedFiles.documentation), "\(name) is missing")
        }
        #expect(SchemaCompatibility.violations(history: history) == [])
    }

    @Test func noEventWasForgottenOrDropped() throws {
        let names = try CommittedFiles.names(in: CommittedFiles.documentation).filter { $0.hasSuffix(".schema.json") }
        let expected = EventCatalogue.described.flatMap { event in
            (1...event.version).map { Self.fileName("\(event.family).v\($0)") }
        }
        #expect(names == expected.sorted())
    }

    @Test func theCatalogueIsDocumented() throws {
        let text = CatalogueDocument.text
        if CommittedFiles.isRecording {
            try CommittedFiles.write(text, to: "README.md", in: CommittedFiles.documentation)
        }
        #expect(CommittedFiles.text("README.md", in: CommittedFiles.documentation) == text, "use CARAVAN_RECORD=1")
    }
}
