/** The look of the API reference: the dashboard's colours on the viewer's own style. */
export const docsStyle = `
:root { color-scheme: light dark; --accent: light-dark(#4353d3, #a5b0fb); --line: light-dark(#e5e7eb, #25282e); }
html, body { margin: 0; background: light-dark(#fafafb, #0e0f12); }
.swagger-ui { font-size: 14px; }
.swagger-ui, .swagger-ui .info .title, .swagger-ui .opblock-tag, .swagger-ui .opblock .opblock-summary-description,
.swagger-ui .btn, .swagger-ui table thead tr th, .swagger-ui .parameter__name, .swagger-ui .response-col_status,
.swagger-ui .opblock .opblock-section-header h4, .swagger-ui .tab li, .swagger-ui label, .swagger-ui select
{ font-family: Inter, ui-sans-serif, system-ui, sans-serif; }
.swagger-ui .wrapper { max-width: 1080px; padding: 0 16px; }
.swagger-ui .info { margin: 32px 0 16px; }
.swagger-ui .info .title { font-size: 24px; font-weight: 650; }
.swagger-ui .info a, .swagger-ui a { color: var(--accent); }
.swagger-ui .scheme-container { background: none; box-shadow: none; border-bottom: 1px solid var(--line); padding: 12px 0; margin: 0 0 12px; }
.swagger-ui .opblock { border-radius: 8px; box-shadow: none; margin-bottom: 8px; }
.swagger-ui .opblock .opblock-summary-method { border-radius: 5px; font-size: 12px; min-width: 68px; padding: 5px 0; text-shadow: none; }
.swagger-ui .opblock .opblock-summary-path { font-size: 13px; }
.swagger-ui .opblock-tag { font-size: 17px; border-bottom: 1px solid var(--line); }
.swagger-ui .opblock-tag small { font-size: 13px; }
`;
