import FoundationEssentials
import Schema
import Testing

@Suite struct IDTests {
    private enum Prefixed: Identified {
        static var idPrefix: String { "prefix" }
    }

    /// The valid examples of the TypeID specification, version 0.3.0.
    @Test(arguments: [
        ("prefix_00000000000000000000000000", "00000000-0000-0000-0000-000000000000"),
        ("prefix_00000000000000000000000001", "00000000-0000-0000-0000-000000000001"),
        ("prefix_0000000000000000000000000a", "00000000-0000-0000-0000-00000000000A"),
        ("prefix_0000000000000000000000000g", "00000000-0000-0000-0000-000000000010"),
        ("prefix_00000000000000000000000010", "00000000-0000-0000-0000-000000000020"),
        ("prefix_7zzzzzzzzzzzzzzzzzzzzzzzzz", "FFFFFFFF-FFFF-FFFF-FFFF-FFFFFFFFFFFF"),
        ("prefix_0123456789abcdefghjkmnpqrs", "0110C853-1D09-52D8-D73E-1194E95B5F19"),
        ("prefix_01h455vb4pex5vsknk084sn02q", "01890A5D-AC96-774B-BCCE-B302099A8057"),
    ])
    func followsTheSpecification(text: String, uuid: String) throws {
        let id = try #require(ID<Prefixed>(text))
        #expect(id.uuid.uuidString == uuid)
        #expect(id.description == text)
    }

    @Test(arguments: [
        "", "prefix", "prefix_", "01h455vb4pex5vsknk084sn02q", "_01h455vb4pex5vsknk084sn02q",
        "prefix-01h455vb4pex5vsknk084sn02q", "other_01h455vb4pex5vsknk084sn02q",
        "Prefix_01h455vb4pex5vsknk084sn02q", "prefix_01H455VB4PEX5VSKNK084SN02Q",
        "prefix_8zzzzzzzzzzzzzzzzzzzzzzzzz", "prefix_01h455vb4pex5vsknk084sn02",
        "prefix_01h455vb4pex5vsknk084sn02qq", "prefix_01h455vb4pex5vsknk084sn02u",
        "prefix_01h455vb4pex5vsknk084sn02é", "prefix_ 1h455vb4pex5vsknk084sn02q",
    ])
    func rejectsOtherTexts(text: String) {
        #expect(ID<Prefixed>(text) == nil)
    }

    @Test func ordersAsItsTextDoes() {
        let ids = (0..<100).map { _ in ID<Order>() }
        #expect(ids == ids.sorted())
        #expect(ids.map(\.description) == ids.map(\.description).sorted())
        let random = (0..<100).map { _ in ID<Order>(uuid: UUID()) }
        #expect(random.sorted().map(\.description) == random.map(\.description).sorted())
    }

    @Test func isCodedAsText() throws {
        let id = ID<Listing>()
        let bytes = try JSON.encode([id])
        #expect(String(decoding: bytes, as: UTF8.self) == "[\"\(id)\"]")
        #expect(try JSON.decode([ID<Listing>].self, from: bytes) == [id])
        #expect(throws: DecodingError.self) { try JSON.decode([ID<Order>].self, from: bytes) }
    }

    @Test func everySubjectHasItsOwnPrefix() {
        let subjects: [any Identified.Type] = [
            Account.self, APIKey.self, Customer.self, EventID.self, Listing.self, Order.self, Receivable.self,
            WebhookDelivery.self, WebhookEndpoint.self,
        ]
        #expect(Set(subjects.map { $0.idPrefix }).count == subjects.count)
    }
}
