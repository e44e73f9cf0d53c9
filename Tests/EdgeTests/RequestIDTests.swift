import FoundationEssentials
import Testing

@testable import Edge

@Suite struct RequestIDTests {
    @Test func idsAreDistinctUUIDs() {
        let ids = Set((0..<10_000).map { _ in RequestID.make() })
        #expect(ids.count == 10_000)
        #expect(ids.allSatisfy { UUID(uuidString: $0) != nil && $0.utf8.count == 36 })
    }

    @Test(arguments: [
        ("abc-1", true), (String(repeating: "a", count: 128), true), (String(repeating: "a", count: 129), false),
        ("", false), ("a b", false), ("a\nb", false), ("é", false), ("<script>", false),
    ])
    func onlySaneIDsAreTakenOver(_ text: String, _ isAcceptable: Bool) {
        #expect(RequestID.isAcceptable(text) == isAcceptable)
    }
}
