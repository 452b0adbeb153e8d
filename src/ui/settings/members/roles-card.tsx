import { Card, CardFoot, CardHead } from '#src/ui/parts/page/card.tsx';
import { roleHints, roleOptions } from '#src/ui/words/role-words.ts';

/** Shows what each role may do. */
export function RolesCard() {
  return (
    <Card label="Roles">
      <CardHead title="Roles" />
      <dl className="grid gap-3 p-4">
        {roleOptions.map(({ value, label }) => (
          <div key={value}>
            <dt className="font-medium">{label}</dt>
            <dd className="text-fg-muted">{roleHints[value]}</dd>
          </div>
        ))}
      </dl>
      <CardFoot>A change holds from the person's next call on, in every session they have.</CardFoot>
    </Card>
  );
}
