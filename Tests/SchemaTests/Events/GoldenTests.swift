import Schema
import Testing

/// Payloads as they were once published: `Golden/<type>.<number>.json`. They are added to, never edited.
@Suite struct GoldenTests {
    @Test(arguments: EventCatalogue.described.map { $0.family })
    func everyPayloadEverPublishedIsRead(family: String) throws {
        let event = try #require(EventCatalogue.described.first { $0.family == family })
        for version in 1...event.version {
            let goldens = try Self.goldens("\(family).v\(version)")
            #expect(!goldens.isEmpty || CommittedFiles.isRecording, "version \(version) has no golden payload")
            for golden in goldens { try expectRoundTrip(of: golden, as: event) }
        }
    }

    @Test(arguments: EventCatalogue.described.map { $0.type })
    func theExampleIsGolden(type: String) throws {
        let event = try #require(EventCatalogue.described.first { $0.type == type })
        let example = try exampleJSON(of: event)
        let goldens = try Self.goldens(type)
        if CommittedFiles.isRecording, !goldens.contains(example) {
            try CommittedFiles.write(
                example.serialized(pretty: true) + "\n", to: "\(type).\(goldens.count + 1).json",
                in: CommittedFiles.golden)
            return
        }
        #expect(goldens.contains(example), "the example changed: CARAVAN_RECORD=1 adds it")
    }

    @Test func everyGoldenFileBelongsToAnEvent() throws {
        let families = Set(EventCatalogue.described.map { $0.family })
        for name in try CommittedFiles.names(in: CommittedFiles.golden) {
            // com.caravan.orders.order_placed.v1.1.json without its last three parts
            let family = name.split(separator: ".").dropLast(3).joined(separator: ".")
            #expect(families.contains(family), "\(name)")
        }
    }

    /// The published key under which the examples' personal data is sealed: the bytes 0 to 31.
    @Test func sealedExamplesCanBeOpened() throws {
        let keyring = try DataKeyring("example:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=")
        let buyer = try keyring.open(try #require(OrderPlaced.example.order.buyer))
        #expect(buyer.name == "Ada Lovelace")
        #expect(try keyring.open(CustomerCreated.example.customer.person).email == "ada@example.com")
        let customer = try keyring.open(CheckoutCustomerSaved.example.person)
        #expect(customer.address?.city == "Austin")
        let question = try #require(ChargeRequested.example.taxQuestion)
        #expect(try keyring.open(question.to) == customer.address)
        #expect(try keyring.open(try #require(PaymentCompleted.example.transaction.payerEmail)) == "ada@example.com")
    }

    private static func goldens(_ type: String) throws -> [JSONValue] {
        try CommittedFiles.names(in: CommittedFiles.golden).filter { $0.hasPrefix("\(type).") }
            .compactMap { try CommittedFiles.json($0, in: CommittedFiles.golden) }
    }

    private func expectRoundTrip<E: DescribedEvent>(of golden: JSONValue, as type: E.Type) throws {
        let event = try JSON.decode(E.self, from: Array(golden.serialized().utf8))
        let encoded = try JSON.encode(event)
        #expect(try JSONValue(parsing: encoded) == golden)
        #expect(try JSON.decode(E.self, from: encoded) == event)
    }

    private func exampleJSON<E: DescribedEvent>(of type: E.Type) throws -> JSONValue {
        try JSONValue(parsing: try JSON.encode(E.example))
    }
}
