import Orders
import ServiceKit

@main
struct OrdersMain {
    static func main() async {
        await ServiceRunner.main(OrdersService.self)
    }
}
