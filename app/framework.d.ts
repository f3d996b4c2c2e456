// CSS modules and style sheets, as the framework types them, also before its own generated file exists.
/// <reference types="next" />
