import LocalStack
import TestKit
import Testing

@Suite struct PortTests {
    @Test func aTakenPortIsNotFree() async throws {
        let cluster = try await TestCluster.shared()
        #expect(!Port.isFree(cluster.server.configuration.port))
    }

    @Test func aBlockIsFree() throws {
        let base = try Port.freeBlock(of: 5)
        #expect((base..<base + 5).allSatisfy(Port.isFree))
    }
}
