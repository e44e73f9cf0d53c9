import Schema

@testable import Edge

/// Values for tests of bodies.
enum Samples {
    private static let time = Timestamp(microseconds: 1_716_890_400_000_000)

    static var order: WatchTraderHub.OrderBody {
        get throws {
            let currency = try require(Currency("EUR"))
            let line = OrderLine(externalID: "watch-1", sku: nil, quantity: 2, unitAmount: 12_500)
            let order = OrderSnapshot(
                id: ID(), channelOrderID: "WEB-1", externalID: nil, status: .pending, currency: currency, total: 25_000,
                lineItems: [line], buyer: nil, orderedAt: time, createdAt: time, updatedAt: time)
            return WatchTraderHub.OrderBody(order, buyer: Buyer(name: "Camille Durand"))
        }
    }

    static var listing: WatchTraderHub.ListingBody {
        get throws {
            let price = Money(minorUnits: 100_000, currency: try require(Currency("EUR")))
            return WatchTraderHub.ListingBody(
                ListingSnapshot(
                    id: ID(), externalID: "watch-1", sku: nil, status: .active, description: nil, price: price,
                    quantity: 1, available: 1, photos: [ListingPhoto(url: "https://img.example/0.jpg", order: 0)],
                    watch: WatchDetails(brand: "Omega"), createdAt: time, updatedAt: time))
        }
    }

    static var customer: WatchTraderHub.CustomerBody {
        WatchTraderHub.CustomerBody(
            id: ID(), externalID: "c-1", person: PersonalDetails(email: "a@b.c"), acceptsMarketing: true,
            createdAt: time, matchedExisting: true)
    }

    static var webhookCustomer: WatchTraderHub.CustomerBody {
        WatchTraderHub.CustomerBody(
            id: ID(), externalID: "c-1", person: PersonalDetails(), acceptsMarketing: false, createdAt: time)
    }

    private struct Missing: Error {}

    private static func require<T>(_ value: T?) throws -> T {
        guard let value else { throw Missing() }
        return value
    }
}
