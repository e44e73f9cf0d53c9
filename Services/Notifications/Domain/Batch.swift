import Crypto
import FoundationEssentials
import Schema

/// Deliveries of one endpoint that go out in one request.
struct Batch: Sendable {
    let endpoint: WebhookEndpoint
    /// The oldest first; exactly one if the endpoint takes no batches.
    let deliveries: [ClaimedDelivery]

    /// What receivers recognise a batch by: made of what is in it, so that it stays over retries of the same set, and
    /// another set is never taken for one that was seen.
    static func id(of deliveries: some Sequence<WebhookDeliveryID>) -> String {
        var hash = SHA256()
        for delivery in deliveries { hash.update(data: Array(delivery.description.utf8)) }
        return "batch_" + hash.finalize().prefix(16).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    /// Makes requests of what was claimed.
    ///
    /// What failed together stays together, as long as the endpoint's lane is wide enough for so many requests.
    ///
    /// - Parameter width: How many requests an endpoint may have.
    static func batches(
        of claimed: [ClaimedDelivery], width: (WebhookEndpointID) -> Int
    ) -> [Batch] {
        var rest: [WebhookEndpointID: [ClaimedDelivery]] = [:]
        var batches: [Batch] = []
        for delivery in claimed {
            if delivery.endpoint.settings.batchSize == nil {
                batches.append(Batch(endpoint: delivery.endpoint, deliveries: [delivery]))
            } else {
                rest[delivery.endpoint.id, default: []].append(delivery)
            }
        }
        for (id, deliveries) in rest {
            guard let endpoint = deliveries.first?.endpoint, let size = endpoint.settings.batchSize else { continue }
            let sorted = deliveries.sorted { $0.id < $1.id }
            let together = Dictionary(grouping: sorted, by: \.lastAttemptAt).values.flatMap { $0.chunks(of: size) }
            let chunks = together.count <= max(1, width(id)) ? together : sorted.chunks(of: size)
            batches += chunks.map { Batch(endpoint: endpoint, deliveries: $0) }
        }
        return batches
    }
}

extension Array {
    fileprivate func chunks(of size: Int) -> [[Element]] {
        stride(from: 0, to: count, by: size).map { Array(self[$0..<Swift.min($0 + size, count)]) }
    }
}
