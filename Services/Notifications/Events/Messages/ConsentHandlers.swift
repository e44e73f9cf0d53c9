import Messaging
import Schema

struct ConsentGrantedHandler: EventHandler {
    let projection: ConsentProjection

    func handle(_ event: Received<ConsentGranted>, in transaction: Transaction) async throws {
        projection.save(
            event.payload.consent, isGranted: true, ConsentProjection.Origin(event.envelope), in: transaction)
    }
}

/// From its commit on nothing is sent for which this consent was needed.
struct ConsentWithdrawnHandler: EventHandler {
    let projection: ConsentProjection

    func handle(_ event: Received<ConsentWithdrawn>, in transaction: Transaction) async throws {
        projection.save(
            event.payload.consent, isGranted: false, ConsentProjection.Origin(event.envelope), in: transaction)
    }
}
