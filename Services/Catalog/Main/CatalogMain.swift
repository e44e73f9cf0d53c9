import Catalog
import ServiceKit

@main
struct CatalogMain {
    static func main() async {
        await ServiceRunner.main(CatalogService.self)
    }
}
