import CBind
import CRDKafka
import Glibc

/// librdkafka's mock cluster with one broker.
///
/// `@unchecked Sendable`: the mock's functions hand their work to its thread, and the pointer never changes.
final class MockCluster: @unchecked Sendable {
    private let cluster: OpaquePointer
    /// Host and port for clients.
    let bootstrap: String
    /// Differs from one run to the next, so that clients notice that everything is lost.
    let clusterID: String

    init(port: UInt16) throws {
        // The mock doesn't survive a port that is taken.
        close(try listeningSocket(port: port).socket)
        let configuration = rd_kafka_conf_new()
        rd_kafka_conf_set(configuration, "log_level", "3", nil, 0)
        guard let host = rd_kafka_new(RD_KAFKA_PRODUCER, configuration, nil, 0) else {
            throw DevBrokerError(description: "librdkafka cannot start")
        }
        // The mock derives the cluster's id from its address on the heap. Where addresses aren't randomised
        // (setarch -R, some containers) this makes the difference.
        for _ in 0..<500 { _ = malloc(Int.random(in: 1024...8192)) }
        caravan_bind_next_port(port)
        guard let cluster = rd_kafka_mock_cluster_new(host, 1) else {
            throw DevBrokerError(description: "cannot listen on 127.0.0.1:\(port)")
        }
        self.cluster = cluster
        bootstrap = String(cString: rd_kafka_mock_cluster_bootstraps(cluster))
        clusterID = try Self.clusterID(at: bootstrap)
    }

    func createTopic(_ name: String, partitions: Int) throws {
        try check(rd_kafka_mock_topic_create(cluster, name, Int32(partitions), 1), "create \(name)")
    }

    /// Closes all connections and refuses new ones.
    func takeDown() throws { try check(rd_kafka_mock_broker_set_down(cluster, -1), "go down") }

    /// Accepts connections again.
    func bringUp() throws { try check(rd_kafka_mock_broker_set_up(cluster, -1), "go up") }

    /// Delays every response.
    func setRoundTrip(milliseconds: Int) throws {
        try check(rd_kafka_mock_broker_set_rtt(cluster, -1, Int32(milliseconds)), "set the round trip")
    }

    /// Fails the next requests of a kind; 0 requests forget what was ordered before.
    func pushErrors(api: Int16, code: Int32, count: Int) {
        guard count > 0 else { return rd_kafka_mock_clear_request_errors(cluster, api) }
        let errors = [rd_kafka_resp_err_t](repeating: rd_kafka_resp_err_t(code), count: count)
        rd_kafka_mock_push_request_errors_array(cluster, api, count, errors)
    }

    private func check(_ code: rd_kafka_resp_err_t, _ what: String) throws {
        // The mock's thread empties its wake-up pipe after its queue: an order that comes between the two waits until
        // the next second.
        usleep(1000)
        guard code == RD_KAFKA_RESP_ERR_NO_ERROR else {
            throw DevBrokerError(description: "cannot \(what): \(String(cString: rd_kafka_err2str(code)))")
        }
    }

    /// Asks the cluster, as any client would: the mock has no function for it.
    private static func clusterID(at bootstrap: String) throws -> String {
        let configuration = rd_kafka_conf_new()
        rd_kafka_conf_set(configuration, "bootstrap.servers", bootstrap, nil, 0)
        guard let client = rd_kafka_new(RD_KAFKA_PRODUCER, configuration, nil, 0) else {
            throw DevBrokerError(description: "librdkafka cannot start")
        }
        defer { rd_kafka_destroy(client) }
        guard let id = rd_kafka_clusterid(client, 10_000) else {
            throw DevBrokerError(description: "the broker at \(bootstrap) doesn't answer")
        }
        defer { rd_kafka_mem_free(client, id) }
        return String(cString: id)
    }
}
