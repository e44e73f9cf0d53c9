// A test imports TestKit alone: the private server, the ports and the built products are LocalStack's.
@_exported public import LocalStack
