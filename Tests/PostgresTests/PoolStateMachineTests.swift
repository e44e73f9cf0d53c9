import Testing

@testable import Postgres

/// The pool's decisions, without connections, threads or time.
@Suite struct PoolStateMachineTests {
    final class Connection {}
    typealias Machine = PoolStateMachine<Connection, String>

    let start = ContinuousClock.now

    func machine(maximum: Int = 2) -> Machine {
        Machine(
            limits: .init(maximumConnections: maximum, leaseTimeout: .seconds(10), idleTimeout: .seconds(60)))
    }

    func at(_ seconds: Double) -> ContinuousClock.Instant { start + .seconds(seconds) }

    let refused = PostgresError(code: .connection, message: "refused")

    @Test func opensAConnectionForAWaiterAndHandsItOver() {
        var pool = machine()
        #expect(pool.leaseIdle() == nil)
        let asked = pool.lease("a", id: 1, now: start)
        #expect(asked.connect == 1)
        #expect(asked.handover == nil)
        #expect(asked.timer == at(10))
        let connection = Connection()
        let connected = pool.connected(connection, now: start)
        #expect(connected.handover?.waiter == "a")
        #expect(connected.handover?.connection === connection)
        #expect(pool.statistics.leased == 1)
        #expect(pool.statistics.connectionsOpened == 1)
    }

    @Test func opensNoMoreThanTheLimitAndServesInOrder() {
        var pool = machine(maximum: 2)
        let attempts = ["a", "b", "c", "d"].enumerated().map { pool.lease($1, id: UInt64($0), now: start).connect }
        #expect(attempts == [1, 1, 0, 0])
        let first = Connection()
        #expect(pool.connected(first, now: start).handover?.waiter == "a")
        #expect(pool.connected(Connection(), now: start).handover?.waiter == "b")
        #expect(pool.statistics.waiting == 2)
        #expect(pool.release(first, isReusable: true, now: start).handover?.waiter == "c")
        #expect(pool.release(first, isReusable: true, now: start).handover?.waiter == "d")
        let last = pool.release(first, isReusable: true, now: start)
        #expect(last.handover == nil)
        #expect(pool.statistics.idle == 1)
        #expect(pool.statistics.leased == 1)
    }

    @Test func reusesTheNewestIdleConnection() {
        var pool = machine()
        let (old, new) = idlePair(&pool)
        #expect(pool.leaseIdle() === new)
        #expect(pool.leaseIdle() === old)
        #expect(pool.leaseIdle() == nil)
    }

    @Test func aWaiterIsServedAtOnceIfAConnectionBecameFree() {
        var pool = machine()
        let (_, new) = idlePair(&pool)
        let action = pool.lease("late", id: 9, now: start)
        #expect(action.handover?.connection === new)
        #expect(action.connect == 0)
    }

    @Test func replacesABrokenConnectionWhileSomebodyWaits() {
        var pool = machine(maximum: 1)
        let connection = Connection()
        _ = pool.lease("a", id: 1, now: start)
        _ = pool.connected(connection, now: start)
        #expect(pool.lease("b", id: 2, now: start).connect == 0)
        let released = pool.release(connection, isReusable: false, now: start)
        #expect(released.close.map(ObjectIdentifier.init) == [ObjectIdentifier(connection)])
        #expect(released.connect == 1)
        #expect(released.handover == nil)
        #expect(pool.statistics.connectionsClosed == 1)
    }

    @Test func aWaiterTimesOut() {
        var pool = machine(maximum: 1)
        _ = pool.lease("a", id: 1, now: start)
        _ = pool.connected(Connection(), now: start)
        _ = pool.lease("b", id: 2, now: at(1))
        #expect(pool.lease("c", id: 3, now: at(2)).timer == nil, "the earlier timer comes first")
        // Set for the waiter already served.
        let early = pool.timerFired(now: at(10))
        #expect(early.failure == nil)
        #expect(early.timer == at(11))
        let fired = pool.timerFired(now: at(11))
        #expect(fired.failure?.waiters == ["b"])
        #expect(fired.failure?.error.code == .leaseTimeout)
        #expect(fired.timer == at(12))
        #expect(pool.statistics.leaseTimeouts == 1)
        #expect(pool.statistics.waiting == 1)
    }

    @Test func aCancelledWaiterIsTakenOut() {
        var pool = machine(maximum: 1)
        let connection = Connection()
        _ = pool.lease("a", id: 1, now: start)
        _ = pool.lease("b", id: 2, now: start)
        _ = pool.lease("c", id: 3, now: start)
        #expect(pool.cancel(id: 2) == "b")
        #expect(pool.cancel(id: 2) == nil)
        _ = pool.connected(connection, now: start)
        #expect(pool.cancel(id: 1) == nil, "it has been served")
        #expect(pool.release(connection, isReusable: true, now: start).handover?.waiter == "c")
    }

    @Test func retriesATransientFailureEverLaterWhileSomebodyWaits() {
        var pool = machine(maximum: 4)
        _ = pool.lease("a", id: 1, now: start)
        _ = pool.lease("b", id: 2, now: start)
        let failed = pool.connectFailed(refused, now: start)
        #expect(failed.failure == nil)
        #expect(failed.timer == at(0.05))
        #expect(pool.connectFailed(refused, now: start).timer == nil, "both attempts failed of the same cause")
        #expect(pool.lease("c", id: 3, now: start).connect == 0, "not before the delay is over")
        let retry = pool.timerFired(now: at(0.05))
        #expect(retry.connect == 1, "one tries for all")
        #expect(pool.connectFailed(refused, now: at(0.05)).timer == at(0.15))
        #expect(pool.timerFired(now: at(0.15)).connect == 1)
        let connected = pool.connected(Connection(), now: at(0.2))
        #expect(connected.handover?.waiter == "a")
        #expect(connected.connect == 2, "the server is back: the others get theirs too")
    }

    @Test func theRetryDelayIsBounded() {
        var pool = machine()
        var now = start
        _ = pool.lease("a", id: 1, now: now)
        for _ in 0..<20 {
            _ = pool.connectFailed(refused, now: now)
            #expect(pool.timerFired(now: now + .milliseconds(1)).connect == 0)
            now += .seconds(1)
            let next = pool.timerFired(now: now)
            if next.failure != nil { break }
            #expect(next.connect == 1)
        }
        #expect(pool.statistics.leaseTimeouts == 1)
    }

    @Test func aTimedOutWaiterLearnsWhyNobodyCouldConnect() {
        var pool = machine()
        _ = pool.lease("a", id: 1, now: start)
        _ = pool.connectFailed(refused, now: start)
        #expect(pool.timerFired(now: at(10)).failure?.error.message == "refused")
    }

    @Test func nobodyWaitingMeansNoFurtherAttempt() {
        var pool = machine()
        _ = pool.lease("a", id: 1, now: start)
        _ = pool.connectFailed(refused, now: start)
        _ = pool.cancel(id: 1)
        #expect(pool.timerFired(now: at(0.05)).connect == 0)
        #expect(pool.lease("b", id: 2, now: at(1)).connect == 1)
    }

    @Test func aPermanentFailureFailsAllWaitersAtOnce() {
        var pool = machine()
        _ = pool.lease("a", id: 1, now: start)
        _ = pool.lease("b", id: 2, now: start)
        let wrongPassword = PostgresError(code: .server(.invalidPassword), message: "no")
        let failed = pool.connectFailed(wrongPassword, now: start)
        #expect(failed.failure?.waiters == ["a", "b"])
        #expect(failed.failure?.error.sqlState == .invalidPassword)
        #expect(pool.lease("c", id: 3, now: start).connect == 0, "the other attempt is still under way")
        #expect(pool.connectFailed(wrongPassword, now: start).failure?.waiters == ["c"])
        #expect(pool.lease("d", id: 4, now: start).connect == 1, "the next one tries again")
    }

    @Test func closesWhatIsIdleForTooLong() {
        var pool = machine()
        let (old, new) = idlePair(&pool)
        let fired = pool.timerFired(now: at(60))
        #expect(fired.close.map(ObjectIdentifier.init) == [ObjectIdentifier(old)])
        #expect(fired.timer == at(61))
        #expect(pool.timerFired(now: at(61)).close.map(ObjectIdentifier.init) == [ObjectIdentifier(new)])
        #expect(pool.statistics.open == 0)
        #expect(pool.statistics.connectionsClosed == 2)
    }

    @Test func forgetsAnIdleConnectionThatTheServerClosed() {
        var pool = machine()
        let (old, new) = idlePair(&pool)
        #expect(pool.closedByServer(new).close.map(ObjectIdentifier.init) == [ObjectIdentifier(new)])
        #expect(pool.closedByServer(new).close.isEmpty, "only once")
        #expect(pool.leaseIdle() === old)
        #expect(pool.closedByServer(old).close.isEmpty, "the lease will find out")
    }

    @Test func shutdownWaitsForLeasesAndAttempts() {
        var pool = machine(maximum: 3)
        let (leased, _) = idlePair(&pool, leaseAgain: true)
        _ = pool.lease("x", id: 7, now: start)
        _ = pool.lease("y", id: 8, now: start)
        let shutdown = pool.shutdown()
        #expect(shutdown.failure?.waiters == ["y"])
        #expect(shutdown.failure?.error.code == .closed)
        #expect(!shutdown.isDrained)
        #expect(pool.lease("z", id: 9, now: start).failure?.error.code == .closed)
        let late = Connection()
        let connected = pool.connected(late, now: start)
        #expect(connected.close.map(ObjectIdentifier.init) == [ObjectIdentifier(late)])
        #expect(!connected.isDrained)
        #expect(!pool.release(leased, isReusable: true, now: start).isDrained)
        let last = pool.release(leased, isReusable: true, now: start)
        #expect(last.close.count == 1)
        #expect(last.isDrained)
    }

    @Test func shutdownOfAnIdlePoolIsImmediate() {
        var pool = machine()
        _ = idlePair(&pool)
        let action = pool.shutdown()
        #expect(action.close.count == 2)
        #expect(action.isDrained)
        #expect(action.timer == nil)
    }

    @Test func aQueueThatNeverEmptiesStaysInOrder() {
        var pool = machine(maximum: 1)
        let connection = Connection()
        for id in 0..<100 { _ = pool.lease("\(id)", id: UInt64(id), now: start) }
        #expect(pool.connected(connection, now: start).handover?.waiter == "0")
        for id in 100..<1000 {
            _ = pool.lease("\(id)", id: UInt64(id), now: start)
            #expect(pool.release(connection, isReusable: true, now: start).handover?.waiter == "\(id - 99)")
        }
        #expect(pool.statistics.waiting == 99)
    }

    /// Two idle connections, the first since second 0, the other since second 1; or both leased.
    private func idlePair(_ pool: inout Machine, leaseAgain: Bool = false) -> (Connection, Connection) {
        let (old, new) = (Connection(), Connection())
        _ = pool.lease("old", id: 100, now: start)
        _ = pool.lease("new", id: 101, now: start)
        _ = pool.connected(old, now: start)
        _ = pool.connected(new, now: start)
        _ = pool.release(old, isReusable: true, now: start)
        _ = pool.release(new, isReusable: true, now: at(1))
        if leaseAgain {
            _ = pool.leaseIdle()
        }
        return (old, new)
    }
}
