"use client";
// The items of the menu of a person's account. Loaded when it is opened.
import { Menu } from "@base-ui/react/menu";
import type { Person } from "#lib/contract/admin.ts";
import type { MenuTrigger } from "../../ui/menu-button.tsx";
import { LoadedMenu } from "../../ui/menu-popup.tsx";
import menu from "../../ui/menu.module.css";
import { type PersonAction, personActions } from "./person-actions.ts";

type PersonOptionsProps = {
  trigger: MenuTrigger;
  person: Person;
  onChoose: (action: PersonAction) => void;
};

export default function PersonOptions({ trigger, person, onChoose }: PersonOptionsProps) {
  return (
    <LoadedMenu trigger={trigger} label={`Manage ${person.name}`}>
      {personActions(person).map((action) => (
        <Menu.Item
          key={action.label}
          className={menu.item}
          data-destructive={action.isDestructive || undefined}
          onClick={() => onChoose(action)}
        >
          {action.label}…
        </Menu.Item>
      ))}
    </LoadedMenu>
  );
}
