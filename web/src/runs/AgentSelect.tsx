import { Select, type SelectProps } from '@mantine/core';
import classes from './NewRunForm.module.css';

export interface Choice {
  name: string;
  label: string;
  available: boolean;
  /** Beneath the label: what it is, or why it cannot run here. */
  note: string | null;
}

type Props = Omit<SelectProps<string>, 'data' | 'value' | 'onChange'> & {
  choices: Choice[];
  value: string | null;
  onChange: (name: string | null) => void;
};

/** A choice of agents or models that says of each that cannot be taken why not. */
export function ChoiceSelect({ choices, value, onChange, ...props }: Props) {
  const byName = new Map(choices.map((choice) => [choice.name, choice]));
  return (
    <Select
      {...props}
      classNames={{ option: classes.option, options: classes.options }}
      withScrollArea={false}
      data={choices.map(({ name, label, available }) => ({ value: name, label, disabled: !available }))}
      value={value}
      onChange={(name) => onChange(name)}
      clearable
      allowDeselect={false}
      comboboxProps={{ width: 'max-content', position: 'bottom-start', withinPortal: false }}
      renderOption={({ option }) => {
        const choice = byName.get(option.value);
        return (
          <span className={classes.choice}>
            <span className={classes.choiceLabel}>{option.label}</span>
            {choice?.note && <span className={classes.choiceNote}>{choice.note}</span>}
          </span>
        );
      }}
    />
  );
}
