// The framework's types for CSS modules, needed before the framework has generated next-env.d.ts.
/// <reference types="next" />
